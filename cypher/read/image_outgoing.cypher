// purpose: relations that start at entities, as the gate sees them
// params: ids LIST<STRING>, types LIST<STRING>
// returns: id, type, source, target, properties
// index: Entity.id (unique)
UNWIND $ids AS id
MATCH (a:Entity {id: id})-[r]->(b:Entity)
WHERE type(r) IN $types
RETURN r.id AS id, type(r) AS type, a.id AS source, b.id AS target, properties(r) AS properties
