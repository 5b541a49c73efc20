"""What customers are told about their orders, and how it gets to them."""
