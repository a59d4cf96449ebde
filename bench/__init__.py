"""Benchmarks: each module prints a table of knockon beside named peers, measured in the same run. Never a test."""
