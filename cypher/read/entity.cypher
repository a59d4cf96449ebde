// purpose: an entity by its id or an alias of it
// params: id STRING
// returns: properties, aliases
// index: Entity.id, Alias.id (unique)
CALL () {
  MATCH (e:Entity {id: $id}) RETURN e
  UNION
  MATCH (:Alias {id: $id})-[:ALIAS_OF]->(e:Entity) RETURN e
}
OPTIONAL MATCH (a:Alias)-[:ALIAS_OF]->(e)
RETURN properties(e) AS properties, collect(a.id) AS aliases
