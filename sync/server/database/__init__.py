"""The centre's tables, migrations and connections, over SQLite and PostgreSQL alike."""
