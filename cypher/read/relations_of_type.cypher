// purpose: all current relations of one type, collected by source
// params: none
// returns: chunk (lists of [properties, source id, target id])
// index: relationship type scan (whole type on purpose)
MATCH (a:Entity)-[r:{type}]->(b:Entity)
RETURN a.id AS source, collect([properties(r), a.id, b.id]) AS chunk
