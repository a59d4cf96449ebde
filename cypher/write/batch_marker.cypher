// purpose: mark batch number `batch` of a run as written; no row when it was written before (a retry after a lost answer)
// params: run STRING, batch INTEGER
// returns: one row when the batch is to be written now
// index: Run.id (unique)
MATCH (r:Run {id: $run})
WHERE r.batch = $batch - 1
SET r.batch = $batch
RETURN r.batch AS batch
