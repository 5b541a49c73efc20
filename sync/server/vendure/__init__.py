"""The connector to a Vendure shop: its orders are collected here, and its stock follows the store's."""
