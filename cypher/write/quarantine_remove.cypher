// purpose: drop quarantine entries that no longer hold
// params: ids LIST<STRING>
// returns: nothing
// index: Quarantine.id (unique)
UNWIND $ids AS id
MATCH (q:Quarantine {id: id})
DELETE q
