"""knockon: one graph of a company's records, and what follows from it."""
