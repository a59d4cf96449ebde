// purpose: which constraints and indexes the graph was last given
// params: none
// returns: schema (sha256 over their definitions; null when never recorded)
// index: Graph.key (unique)
MATCH (g:Graph {key: 'knockon'})
RETURN g.schema AS schema
