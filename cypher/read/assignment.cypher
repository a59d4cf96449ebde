// purpose: which mention belongs to which entity now, with founding mention and the version the entity began at
// params: after STRING, limit INTEGER
// returns: chunk (lists of [id, founding, first, mentions, classes])
// index: Entity.id (range, ordered)
MATCH (x:Entity) WHERE x.id > $after
WITH x ORDER BY x.id LIMIT $limit
RETURN collect([x.id, x._founding, x._first, x._mentions, x._classes]) AS chunk
