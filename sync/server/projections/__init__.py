"""Projections: what the centre knows because of the facts. One file a fact, one literal registry."""
