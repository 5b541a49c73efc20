"""How tills and the centre agree: the protocol, the till's side and the centre's side."""
