// purpose: the relations of an entity with what is at the other end, at most `limit` of each type and direction
// params: id STRING, limit INTEGER
// returns: type, outgoing, total, items (lists of [relation properties, other id, other title, other classes])
// index: Entity.id (unique)
MATCH (e:Entity {id: $id})-[r]-(o:Entity)
WITH type(r) AS type, startNode(r) = e AS outgoing, r, o
ORDER BY type, outgoing DESC, o._title, o.id
WITH type, outgoing, collect([r, o]) AS found // not their properties: a hub has thousands, of which few are shown
RETURN type, outgoing, size(found) AS total,
       [i IN found[..$limit] | [properties(i[0]), i[1].id, i[1]._title, i[1]._classes]] AS items
