"""Migrations of `cache.db`."""
