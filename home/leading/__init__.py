"""The leader's page of a unit, and the municipal director's, which is that of the municipality: what is red and why, what is
due, and what has changed since last time (issue line 7; ISO 9001 clause 5.1)."""
