// purpose: what was current at a version and has been changed or removed since: kind and, for relations, its former state
// params: version INTEGER
// returns: kind, id, payload (JSON; null for entities, of which the id is enough)
// index: Closed.seq_to (range)
MATCH (c:Closed) WHERE c.seq_to > $version AND c.seq_from <= $version AND c.kind IN ['entity', 'relation']
RETURN c.kind AS kind, c.id AS id, CASE c.kind WHEN 'relation' THEN c.payload END AS payload
