"""Questions over structure: counts, sums, lists, extremes, dates, comparisons, read with the ontology's own words."""
