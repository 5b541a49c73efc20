"""Outside shops and marketplaces: who they are, what they are told, and how it gets to them."""
