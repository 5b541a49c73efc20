"""Promotions and price lists as a person edits them: typed, judged, tried, published."""
