// purpose: record which constraints and indexes the graph has
// params: schema STRING
// returns: nothing
// index: Graph.key (unique)
MATCH (g:Graph {key: 'knockon'})
SET g.schema = $schema
