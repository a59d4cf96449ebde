// purpose: the distinct values of one property of a class
// params: none
// returns: value
// index: label scan (whole on purpose)
MATCH (n:{label})
WHERE n.{property} IS NOT NULL
RETURN DISTINCT n.{property} AS value
