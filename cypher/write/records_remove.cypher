// purpose: take records out of the current state (their history is in Closed)
// params: ids LIST<STRING>
// returns: nothing
// index: Record.id (unique)
UNWIND $ids AS id
MATCH (r:Record {id: id})
DETACH DELETE r
