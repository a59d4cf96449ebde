// purpose: id and content hash of current entity items after an id, in id order
// params: after STRING, limit INTEGER
// returns: chunk (lists of [id, _hash])
// index: Entity.id (range, ordered)
MATCH (x:Entity) WHERE x.id > $after
WITH x ORDER BY x.id LIMIT $limit
RETURN collect([x.id, x._hash]) AS chunk
