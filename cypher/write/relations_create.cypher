// purpose: add relations
// params: rows LIST<MAP>, seq INTEGER
// returns: nothing
// index: Entity.id (unique)
UNWIND $rows AS row
MATCH (a:Entity {id: row.source})
MATCH (b:Entity {id: row.target})
CREATE (a)-[r:$(row.type)]->(b)
SET r = row.properties, r._seq = $seq
