"""Returns: what comes back at what was really paid for it, with its tax, to the tenders that paid."""
