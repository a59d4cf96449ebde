// purpose: keep the write lease
// params: token STRING, seconds INTEGER
// returns: one row when it is still held
// index: Graph.key (unique)
MATCH (g:Graph {key: 'knockon', token: $token})
SET g.lease_until = datetime.realtime() + duration({seconds: $seconds})
RETURN g.fencing AS fencing
