// purpose: how many rows of which table are set aside by which rule
// params: none
// returns: source, table, rule, rows
// index: Quarantine.id (small)
MATCH (q:Quarantine)
RETURN q.source AS source, q.table AS table, q.rule AS rule, count(DISTINCT [q.file, q.row]) AS rows
ORDER BY source, table, rows DESC
