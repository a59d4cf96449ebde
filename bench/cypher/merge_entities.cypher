// purpose: plain peer of the writer: entities of one set of labels
// params: rows LIST<MAP>
UNWIND $rows AS row
MERGE (e:Entity {id: row.id})
SET e:{labels}, e += row
