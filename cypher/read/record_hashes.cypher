// purpose: id and content hash of current record items after an id, in id order
// params: after STRING, limit INTEGER
// returns: chunk (lists of [id, hash, run, stale])
// index: Record.id (range, ordered)
MATCH (x:Record) WHERE x.id > $after
WITH x ORDER BY x.id LIMIT $limit
RETURN collect([x.id, x.hash, x.run, x.stale]) AS chunk
