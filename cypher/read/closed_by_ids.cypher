// purpose: all earlier states of some items, to take out of them what is erased
// params: ids LIST<STRING>
// returns: kind, id, seq_from, seq_to, payload
// index: Closed.id
UNWIND $ids AS id
MATCH (c:Closed {id: id})
RETURN c.kind AS kind, c.id AS id, c.seq_from AS seq_from, c.seq_to AS seq_to, c.payload AS payload
