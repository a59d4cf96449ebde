"""Questions over the ontology as JSON, compiled to Cypher with parameters; nobody writes Cypher over the API."""
