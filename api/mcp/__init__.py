"""The graph as tools for assistants (Model Context Protocol), read-only, with the rights of a role."""
