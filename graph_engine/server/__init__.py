"""The Neo4j server that knockon installs and runs for a project."""
