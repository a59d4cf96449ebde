// purpose: take the write lease when it is free, expired, or held by the owner given as dead; raises the fencing number
// params: token STRING, owner STRING, dead STRING, seconds INTEGER
// returns: fencing when taken, no row otherwise
// index: Graph.key (unique)
MATCH (g:Graph {key: 'knockon'})
SET g.lock = $token
WITH g
WHERE g.token IS NULL OR g.lease_until < datetime.realtime() OR g.owner = $dead
SET g.token = $token, g.owner = $owner, g.fencing = g.fencing + 1,
    g.lease_until = datetime.realtime() + duration({seconds: $seconds})
RETURN g.fencing AS fencing
