// purpose: tie records to the entities that they describe
// params: rows LIST<MAP>
// returns: nothing
// index: Record.id, Entity.id (unique)
UNWIND $rows AS row
MATCH (r:Record {id: row.record})
MATCH (e:Entity {id: row.entity})
CREATE (r)-[:DESCRIBES {mention: row.mention}]->(e)
