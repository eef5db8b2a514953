"""Tests of cells: what they are, how they run, what they are worth, and proposals for new ones."""
