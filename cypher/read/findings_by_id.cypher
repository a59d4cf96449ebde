// purpose: what is marked on entities
// params: ids LIST<STRING>
// returns: id, findings
// index: Entity.id (unique)
UNWIND $ids AS id
MATCH (e:Entity {id: id})
WHERE e._marked IS NOT NULL
RETURN e.id AS id, e._findings AS findings
