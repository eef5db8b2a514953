"""Runs cells in kernels of the notebook's own environment, and compares what came of it."""
