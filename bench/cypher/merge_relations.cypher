// purpose: plain peer of the writer: relations of one type
// params: rows LIST<MAP>
UNWIND $rows AS row
MATCH (a:Entity {id: row.source})
MATCH (b:Entity {id: row.target})
MERGE (a)-[r:{type} {id: row.id}]->(b)
SET r += row.properties
