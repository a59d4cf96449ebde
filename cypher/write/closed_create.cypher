// purpose: keep what an item was before it is changed or removed
// params: rows LIST<MAP>, seq INTEGER
// returns: nothing
// index: none (create only)
UNWIND $rows AS row
CREATE (c:Closed)
SET c = row, c.seq_to = $seq
