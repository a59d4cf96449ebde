// purpose: relations of one type that were added or changed after a version
// params: version INTEGER
// returns: id, type, source, target, properties
// index: the relation type's _seq (range)
MATCH (a:Entity)-[r:{type}]->(b:Entity) USING INDEX r:{type}(_seq) WHERE r._seq > $version
RETURN r.id AS id, type(r) AS type, a.id AS source, b.id AS target, properties(r) AS properties
