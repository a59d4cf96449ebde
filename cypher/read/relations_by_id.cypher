// purpose: the full current state of relations of one type
// params: ids LIST<STRING>
// returns: properties, source, target
// index: the relation type's id (unique)
UNWIND $ids AS id
MATCH (a:Entity)-[r:{type} {id: id}]->(b:Entity)
RETURN properties(r) AS properties, a.id AS source, b.id AS target
