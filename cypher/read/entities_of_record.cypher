// purpose: the entities that a record describes, the one that the whole row is about first
// params: id STRING
// returns: entity, mention
// index: Record.id (unique)
MATCH (:Record {id: $id})-[d:DESCRIBES]->(e:Entity)
RETURN e.id AS entity, d.mention AS mention
ORDER BY size(d.mention), d.mention
