// purpose: which items were changed or removed after a version
// params: since INTEGER
// returns: kind, id, seq_to
// index: Closed.seq_to (range)
MATCH (c:Closed) WHERE c.seq_to > $since AND c.seq_from <= $since
RETURN c.kind AS kind, c.id AS id, c.seq_to AS seq_to
