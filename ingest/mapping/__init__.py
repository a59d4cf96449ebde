"""The mapping of a source system: YAML that an analyst can read, checked against the ontology (``docs/mapping.md``)."""
