// purpose: what was current at a version, began after an earlier one, and has been changed or removed since
// params: version INTEGER, since INTEGER
// returns: kind, id, payload (JSON)
// index: Closed.seq_to (range)
MATCH (c:Closed) WHERE c.seq_to > $version AND c.seq_from <= $version AND c.seq_from > $since
RETURN c.kind AS kind, c.id AS id, c.payload AS payload
