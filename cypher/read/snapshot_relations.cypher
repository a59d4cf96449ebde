// purpose: current relations of one type and version after an id, in id order, for the snapshot
// params: after STRING, limit INTEGER, version INTEGER, properties LIST<STRING>
// returns: last (id), chunk (lists of [id, source id, target id, valid_from, valid_to, _records, values of $properties]); no row at the end
// index: the relation type's id (unique, ordered)
MATCH (a:Entity)-[r:{type}]->(b:Entity) WHERE r.id > $after
WITH r, a, b ORDER BY r.id LIMIT $limit
WITH collect([r, a.id, b.id]) AS page
WHERE size(page) > 0
RETURN page[-1][0].id AS last,
       [x IN page WHERE x[0]._seq <= $version
        | [x[0].id, x[1], x[2], x[0].valid_from, x[0].valid_to, x[0]._records, [p IN $properties | x[0][p]]]] AS chunk
