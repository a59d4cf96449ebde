// purpose: take passages out, with their sentences; gives the names that may have lost their last passage
// params: ids LIST<STRING>
// returns: key
// index: the piece's id (unique)
UNWIND $ids AS id
MATCH (p:{piece} {id: id})
CALL (p) {
  OPTIONAL MATCH (p)-[:SAYS|DEFINES]->(n:{name})
  RETURN collect(DISTINCT n.key) AS keys
}
CALL (p) {
  OPTIONAL MATCH (p)-[:HAS_SENTENCE]->(s:{sentence})
  DETACH DELETE s
}
DETACH DELETE p
WITH keys
UNWIND keys AS key
RETURN DISTINCT key
