// purpose: how many relations of a type have a value
// params: none
// returns: count
// index: relationship type scan (whole type on purpose)
MATCH ()-[r:{type}]->() WHERE r.{property} IS NOT NULL RETURN count(r) AS count
