"""A cashier's day played through the real widgets: keys, scans and taps, and a cable that can be pulled."""
