"""Tests of the conversion rates."""
