// purpose: passages that define names, or mention rare ones, rarest names first: where a search may go on from a passage
// params: defined LIST<STRING>, said LIST<STRING>, common INTEGER, limit INTEGER
// returns: id
// index: the name's key (unique)
CALL () {
  UNWIND $defined AS key
  MATCH (n:{name} {key: key})
  WITH n, COUNT { (n)<-[:DEFINES]-() } AS spread
  ORDER BY spread
  MATCH (n)<-[:DEFINES]-(p:{piece})
  RETURN p.id AS id LIMIT $limit
  UNION
  UNWIND $said AS key
  MATCH (n:{name} {key: key})
  WITH n, COUNT { (n)<-[:SAYS]-() } AS spread
  WHERE 1 < spread <= $common
  WITH n, spread ORDER BY spread
  MATCH (n)<-[:SAYS]-(p:{piece})
  RETURN p.id AS id LIMIT $limit
}
RETURN DISTINCT id
