// purpose: the relations of an entity with what is at the other end, at most `limit` of each type and direction
// params: id STRING, limit INTEGER
// returns: type, outgoing, total, items (lists of [relation properties, other id, other title, other classes])
// index: Entity.id (unique)
MATCH (e:Entity {id: $id})-[r]-(o:Entity)
WITH type(r) AS type, startNode(r) = e AS outgoing, properties(r) AS properties, o
ORDER BY type, outgoing DESC, o._title, o.id
WITH type, outgoing, collect([properties, o.id, o._title, o._classes]) AS items
RETURN type, outgoing, size(items) AS total, items[..$limit] AS items
