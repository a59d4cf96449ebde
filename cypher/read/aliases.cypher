// purpose: all aliases
// params: none
// returns: alias, entity
// index: Alias.id (small)
MATCH (a:Alias)-[:ALIAS_OF]->(e:Entity)
RETURN a.id AS alias, e.id AS entity
