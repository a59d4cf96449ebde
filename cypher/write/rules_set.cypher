// purpose: record by which rules (digests of shapes) all that is in the graph was checked; null while that is being changed
// params: rules LIST<STRING>
// returns: nothing
// index: Graph.key (unique)
MATCH (g:Graph {key: 'knockon'})
SET g.rules = $rules
