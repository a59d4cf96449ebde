// purpose: first statement of every write transaction: lock the graph node, check the lease, draw the next sequence number
// params: token STRING
// returns: seq; no row when the lease was lost
// index: Graph.key (unique)
MATCH (g:Graph {key: 'knockon'})
SET g.seq = g.seq + 1
WITH g WHERE g.token = $token
RETURN g.seq AS seq
