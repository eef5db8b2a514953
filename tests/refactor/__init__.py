"""Tests of the refactorings."""
