// purpose: how many entities carry a class
// params: none
// returns: count
// index: counts store
MATCH (n:{label}) RETURN count(n) AS count
