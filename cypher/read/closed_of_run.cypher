// purpose: the items whose earlier state a run closed
// params: run STRING
// returns: id
// index: none (scans Closed; asked only when something is erased)
MATCH (c:Closed) WHERE c.run = $run
RETURN DISTINCT c.id AS id
