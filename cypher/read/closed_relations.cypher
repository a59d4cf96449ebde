// purpose: relations of an entity that held at a version and were closed since
// params: id STRING, version INTEGER
// returns: id, payload
// index: Closed.source, Closed.target
CALL () {
  MATCH (c:Closed {source: $id}) RETURN c
  UNION
  MATCH (c:Closed {target: $id}) RETURN c
}
WITH c WHERE c.kind = 'relation' AND c.seq_from <= $version AND $version < c.seq_to
RETURN c.id AS id, c.payload AS payload
ORDER BY id
