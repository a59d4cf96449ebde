// purpose: an entity by its id or an alias of it, and the graph's version counters as they were then
// params: id STRING
// returns: properties (null: there is none), aliases, seq, published
// index: Entity.id, Alias.id, Graph.key (unique)
MATCH (g:Graph {key: 'knockon'})
OPTIONAL CALL () {
  MATCH (e:Entity {id: $id}) RETURN e
  UNION
  MATCH (:Alias {id: $id})-[:ALIAS_OF]->(e:Entity) RETURN e
}
OPTIONAL MATCH (a:Alias)-[:ALIAS_OF]->(e)
RETURN properties(e) AS properties, collect(a.id) AS aliases, g.seq AS seq, g.published AS published
