"""Oracles for whole plans: brute-force enumeration of tiny counties."""
