// purpose: the full current state of records
// params: ids LIST<STRING>
// returns: properties (of the node)
// index: Record.id (unique)
UNWIND $ids AS id
MATCH (r:Record {id: id})
RETURN properties(r) AS properties
