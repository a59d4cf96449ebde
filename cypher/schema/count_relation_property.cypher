// purpose: how many relations of a type have a value of a property
// params: none
// returns: count
// index: label or type scan (whole on purpose)
MATCH ()-[r:{type}]->() WHERE r.{property} IS NOT NULL RETURN count(r) AS count
