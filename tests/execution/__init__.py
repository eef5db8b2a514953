"""Tests of running and comparing."""
