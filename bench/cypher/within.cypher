// purpose: peer of impact: how many things lie within some hops of one
// params: id INTEGER
// returns: reached
MATCH ANY SHORTEST (s:Thing {id: $id})-[:AFFECTS]->{1,{depth}}(t:Thing)
RETURN count(DISTINCT t) AS reached
