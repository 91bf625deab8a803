"""Report cards on paper (S33): numbered and printed, scanned, read and written in as cases."""
