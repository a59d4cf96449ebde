// purpose: the full current state of entities
// params: ids LIST<STRING>
// returns: properties (of the node)
// index: Entity.id (unique)
UNWIND $ids AS id
MATCH (e:Entity {id: id})
RETURN properties(e) AS properties
