"""Speeds, measured in one run on one machine: `make bench`. Tests never time anything; they count queries."""
