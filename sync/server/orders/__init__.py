"""The order book: placing online orders, what becomes of them, and the goods that they hold."""
