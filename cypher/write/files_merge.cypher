// purpose: note the files that records come from
// params: rows LIST<MAP>
// returns: nothing
// index: File.sha256 (unique)
UNWIND $rows AS row
MERGE (f:File {sha256: row.sha256})
SET f += row
