"""Migrations of `journal.db`."""
