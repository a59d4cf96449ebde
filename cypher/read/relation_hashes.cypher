// purpose: id, content hash and type of every current relation between entities, one row per source entity
// params: none
// returns: chunk (lists of [id, hash, type, source id, target id])
// index: label scan (whole class on purpose)
MATCH (a:Entity)-[r]->(b:Entity)
RETURN collect([r.id, r._hash, type(r), a.id, b.id]) AS chunk, a.id AS source
