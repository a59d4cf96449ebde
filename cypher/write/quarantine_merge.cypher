// purpose: note rows that are set aside
// params: rows LIST<MAP>
// returns: nothing
// index: Quarantine.id (unique)
UNWIND $rows AS row
MERGE (q:Quarantine {id: row.id})
SET q = row
