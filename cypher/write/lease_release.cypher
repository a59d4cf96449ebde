// purpose: give the write lease back
// params: token STRING
// returns: nothing
// index: Graph.key (unique)
MATCH (g:Graph {key: 'knockon', token: $token})
REMOVE g.token, g.owner, g.lease_until
