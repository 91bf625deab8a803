"""Figures of cases (S59–S61): pure functions from a `Scope` to data, in a few queries however many cases there are."""
