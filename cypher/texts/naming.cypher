// purpose: passages that name any of some entities
// params: ids LIST<STRING>
// returns: id
// index: Entity.id (unique)
UNWIND $ids AS id
MATCH (e:Entity {id: id})<-[:MENTIONS]-(p:{piece})
RETURN DISTINCT p.id AS id
