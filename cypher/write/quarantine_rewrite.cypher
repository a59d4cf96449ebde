// purpose: put redacted cells in the place of those of rows that are set aside
// params: rows LIST<MAP>
// returns: changed
// index: Quarantine.id (unique)
UNWIND $rows AS row
MATCH (q:Quarantine {id: row.id})
SET q.raw = row.raw
RETURN count(q) AS changed
