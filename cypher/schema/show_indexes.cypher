// purpose: the indexes that are there, and the constraints that own them
// params: none
// returns: name, kind, properties, constraint (null for an index of its own), state
// index: none
SHOW INDEXES YIELD name, type, properties, owningConstraint, state
RETURN name, type AS kind, coalesce(properties, []) AS properties, owningConstraint AS constraint, state
