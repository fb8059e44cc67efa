"""Tests of the model: derived arrays, the compact model against enumeration, and the solver adapter."""
