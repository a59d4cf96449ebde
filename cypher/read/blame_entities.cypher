// purpose: what is known of entities that broke a rule: name, classes, the record of each value, the records that describe them
// params: ids LIST<STRING>
// returns: id, title, classes, winners, mentions
// index: Entity.id (unique)
UNWIND $ids AS id
MATCH (e:Entity {id: id})
RETURN e.id AS id, e._title AS title, e._classes AS classes, e._winners AS winners, e._mentions AS mentions
