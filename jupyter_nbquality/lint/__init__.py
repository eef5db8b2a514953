"""Lint: the findings of ruff, sifted, and rules of our own."""
