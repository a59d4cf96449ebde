// purpose: throw away nodes of one label of a text index, at most so many
// params: limit INTEGER
// returns: dropped
// index: none (a scan of one label until enough are found)
MATCH (n:{label})
WITH n LIMIT $limit
DETACH DELETE n
RETURN count(*) AS dropped
