// purpose: full current state of entities after an id, in id order
// params: after STRING, limit INTEGER
// returns: properties (of the node)
// index: Entity.id (range, ordered)
MATCH (e:Entity) WHERE e.id > $after
WITH e ORDER BY e.id LIMIT $limit
RETURN properties(e) AS properties
