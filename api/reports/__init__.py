"""Answers kept as reports: frozen with their graph version, opened again later, compared with today."""
