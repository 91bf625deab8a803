"""Survey files: read whatever they look like, shown before anything is saved (S66)."""
