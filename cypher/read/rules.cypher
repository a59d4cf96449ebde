// purpose: by which rules (digests of shapes) all that is in the graph was checked
// params: none
// returns: rules (null: not known)
// index: Graph.key (unique)
MATCH (g:Graph {key: 'knockon'})
RETURN g.rules AS rules
