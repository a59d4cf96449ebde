// purpose: earlier states of one entity or record
// params: id STRING
// returns: kind, seq_from, seq_to, payload, run
// index: Closed.id
MATCH (c:Closed {id: $id})
RETURN c.kind AS kind, c.seq_from AS seq_from, c.seq_to AS seq_to, c.payload AS payload, c.run AS run
ORDER BY seq_from
