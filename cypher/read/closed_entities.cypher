// purpose: what entities were at a version, if they were changed or removed since
// params: ids LIST<STRING>, version INTEGER
// returns: id, payload
// index: Closed.id
UNWIND $ids AS id
MATCH (c:Closed {id: id})
WHERE c.kind = 'entity' AND c.seq_from <= $version AND $version < c.seq_to
RETURN c.id AS id, c.payload AS payload
