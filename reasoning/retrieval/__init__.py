"""Passage retrieval over a graph of passages, mentions and facts; no language model."""
