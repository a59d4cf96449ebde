// purpose: put new versions of records in the place of the old ones
// params: rows LIST<MAP>, seq INTEGER
// returns: nothing
// index: Record.id (unique)
UNWIND $rows AS row
MATCH (r:Record {id: row.id})
SET r = row, r._seq = $seq
