"""Goals, figures by hand, reviews and plans: see `results/README.md`."""
