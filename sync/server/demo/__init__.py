"""Demo data worth selling: Harbour Lane Market, the same on every machine for the same seed."""
