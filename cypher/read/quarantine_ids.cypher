// purpose: ids of all quarantine entries with a hash of what they say
// params: none
// returns: id, hash
// index: Quarantine.id
MATCH (q:Quarantine)
RETURN q.id AS id, q.hash AS hash
