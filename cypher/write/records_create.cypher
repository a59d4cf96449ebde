// purpose: add records
// params: rows LIST<MAP>, seq INTEGER
// returns: nothing
// index: Record.id (unique)
UNWIND $rows AS row
CREATE (r:Record)
SET r = row, r._seq = $seq
