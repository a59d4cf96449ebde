// purpose: add passages that are not there, with their sentences, the names they define and those they mention
// params: rows LIST<MAP>
// returns: nothing
// index: the piece's id, the name's key (unique)
UNWIND $rows AS row
CREATE (p:{piece} {id: row.id, document: row.document, hash: row.hash, stems: row.stems, row: row.row})
FOREACH (at IN range(0, row.sentences - 1) |
  CREATE (p)-[:HAS_SENTENCE {at: at}]->(:{sentence} {id: row.id + '/' + toString(at)}))
WITH p, row
CALL (p, row) {
  UNWIND row.says AS said
  MERGE (n:{name} {key: said})
  CREATE (p)-[:SAYS]->(n)
}
CALL (p, row) {
  UNWIND row.defines AS defined
  MERGE (n:{name} {key: defined[0]})
  CREATE (p)-[:DEFINES {weight: defined[1]}]->(n)
}
