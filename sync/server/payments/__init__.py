"""Money that is taken online: a provider's port, a simulator of one, and who settles what an order costs."""
