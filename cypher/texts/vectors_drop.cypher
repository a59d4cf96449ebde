// purpose: forget the vectors of a place that is no longer in use, of at most so many nodes
// params: limit INTEGER
// returns: dropped
// index: none (a scan of one label until enough are found)
MATCH (n:{label})
WHERE n.{property} IS NOT NULL
WITH n LIMIT $limit
REMOVE n.{property}
RETURN count(n) AS dropped
