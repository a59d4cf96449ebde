// purpose: how often one date of a class is not after another
// params: none
// returns: both (how many have both), in_order
// index: label scan (whole on purpose)
MATCH (n:{label})
WHERE n.{first} IS NOT NULL AND n.{second} IS NOT NULL
RETURN count(n) AS both, sum(CASE WHEN n.{first} <= n.{second} THEN 1 ELSE 0 END) AS in_order
