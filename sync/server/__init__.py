"""The centre: takes the journals of tills, serves them their streams, and shows what was sold."""
