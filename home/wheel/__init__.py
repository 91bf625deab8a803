"""The annual wheel (G13): every dated duty in one calendar, as a picture, a list and a feed."""
