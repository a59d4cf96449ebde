// purpose: how many entities of a class have a value of a property
// params: none
// returns: count
// index: label or type scan (whole on purpose)
MATCH (n:{label}) WHERE n.{property} IS NOT NULL RETURN count(n) AS count
