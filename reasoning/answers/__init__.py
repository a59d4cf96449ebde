"""Answers from documents and the graph together: short, cited sentence by sentence, or "not known"."""
