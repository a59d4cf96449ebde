// purpose: plain peer of the writer: records
// params: rows LIST<MAP>
UNWIND $rows AS row
MERGE (r:Record {id: row.id})
SET r += row
