// purpose: drop aliases whose id names an entity of its own again
// params: ids LIST<STRING>
// returns: nothing
// index: Alias.id (unique)
UNWIND $ids AS id
MATCH (a:Alias {id: id})
DETACH DELETE a
