// purpose: current records after an id, in id order: what an answer says of its evidence
// params: after STRING, limit INTEGER
// returns: last (id), chunk (lists of [id, kind, stale, file, row]); no row at the end
// index: Record.id (range, ordered)
MATCH (r:Record) WHERE r.id > $after
WITH r ORDER BY r.id LIMIT $limit
WITH collect(r) AS page
WHERE size(page) > 0
RETURN page[-1].id AS last, [r IN page | [r.id, r.kind, r.stale, r.file, r.row]] AS chunk
