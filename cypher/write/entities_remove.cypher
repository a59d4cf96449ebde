// purpose: take entities out of the current state (their history is in Closed)
// params: ids LIST<STRING>
// returns: nothing
// index: Entity.id (unique)
UNWIND $ids AS id
MATCH (e:Entity {id: id})
DETACH DELETE e
