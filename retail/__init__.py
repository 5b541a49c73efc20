"""The rules of trade: pure functions over frozen values, without I/O, clock, Qt or SQL."""
