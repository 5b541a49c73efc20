"""The till: a Qt point of sale with its own databases, which goes on when the network is gone."""
