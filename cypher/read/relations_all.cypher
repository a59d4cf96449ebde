// purpose: all current relations, collected by source and type (one plan whatever the number of types)
// params: none
// returns: source, type, chunk (lists of [properties, target id])
// index: label scan on Entity (whole on purpose)
MATCH (a:Entity)-[r]->(b:Entity)
RETURN a.id AS source, type(r) AS type, collect([properties(r), b.id]) AS chunk
