"""Stored value: gift cards and store credit, which are money paid in advance, and how they are taxed."""
