// purpose: current relations of one type that were written after one version and up to another
// params: since INTEGER, version INTEGER, limit INTEGER, properties LIST<STRING>
// returns: id, source, target, valid_from, valid_to, records, values (of $properties)
// index: the relation type's _seq (range)
MATCH (a:Entity)-[r:{type}]->(b:Entity) USING INDEX r:{type}(_seq) WHERE r._seq > $since AND r._seq <= $version
RETURN r.id AS id, a.id AS source, b.id AS target, r.valid_from AS valid_from, r.valid_to AS valid_to,
       r._records AS records, [p IN $properties | r[p]] AS values
LIMIT $limit
