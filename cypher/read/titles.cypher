// purpose: titles and classes of entities
// params: ids LIST<STRING>
// returns: id, title, classes
// index: Entity.id (unique)
UNWIND $ids AS id
MATCH (e:Entity {id: id})
RETURN e.id AS id, e._title AS title, e._classes AS classes
