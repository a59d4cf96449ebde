// purpose: every entity that is marked, with what is marked on it
// params: none
// returns: id, findings
// index: Entity._marked (range)
MATCH (e:Entity)
WHERE e._marked > 0
RETURN e.id AS id, e._findings AS findings
