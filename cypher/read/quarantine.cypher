// purpose: quarantine entries, of one table or rule if given
// params: source STRING, table STRING, rule STRING
// returns: properties
// index: Quarantine.id (small)
MATCH (q:Quarantine)
WHERE ($source = '' OR q.source = $source) AND ($table = '' OR q.table = $table) AND ($rule = '' OR q.rule = $rule)
RETURN properties(q) AS properties
ORDER BY q.source, q.table, q.path, q.row, q.rule
