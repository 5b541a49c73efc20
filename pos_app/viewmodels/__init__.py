"""What each screen shows and may do: QtCore only, no widget, no SQL, no network."""
