"""The centre's addresses, thin: who calls, what they ask, what they get."""
