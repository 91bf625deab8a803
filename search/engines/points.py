"""What a word is worth by the best place it is found in; in the body only it is worth nothing more than being there."""

TITLE_POINTS, NUMBER_POINTS, HEADING_POINTS = 8, 4, 2
