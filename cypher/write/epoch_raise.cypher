// purpose: say that history was removed or rewritten, so that everything derived is built anew
// params: none
// returns: epoch
// index: Graph.key (unique)
MATCH (g:Graph {key: 'knockon'})
SET g.epoch = g.epoch + 1
RETURN g.epoch AS epoch
