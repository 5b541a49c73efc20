"""The JSON door: a case in, the answer of the rules out, for support, connectors and outside tests."""
