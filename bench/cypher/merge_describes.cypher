// purpose: plain peer of the writer: links between records and entities
// params: rows LIST<MAP>
UNWIND $rows AS row
MATCH (r:Record {id: row.record})
MATCH (e:Entity {id: row.entity})
MERGE (r)-[:DESCRIBES {mention: row.mention}]->(e)
