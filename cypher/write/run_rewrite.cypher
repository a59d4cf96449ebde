// purpose: put other inputs and reasons in the place of those of runs that quoted what is erased
// params: rows LIST<MAP>
// returns: changed
// index: Run.id (unique)
UNWIND $rows AS row
MATCH (r:Run {id: row.id})
SET r.inputs = row.inputs, r.because = row.because
RETURN count(r) AS changed
