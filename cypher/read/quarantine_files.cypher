// purpose: how many rows of which file are set aside, by whatever number of rules
// params: none
// returns: source, table, file, rows
// index: Quarantine.id (small)
MATCH (q:Quarantine)
RETURN q.source AS source, q.table AS table, q.file AS file, count(DISTINCT q.row) AS rows
