"""What the storefront knows before it is shown: goods on the shelf, their prices, baskets, and the search."""
