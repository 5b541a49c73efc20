"""What `run.py` does: set-up, the demo, and the developer's tasks, with the standard library only."""
