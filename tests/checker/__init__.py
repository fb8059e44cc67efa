"""Tests of the independent checker: mutations of a plan worked out by hand, and derivations against hand sums."""
