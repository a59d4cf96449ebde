// purpose: passages that come near a question by meaning (of passages and of sentences), by words, or by its names
// params: passage_index STRING, sentence_index STRING, words_index STRING, vectors LIST<LIST>, words LIST<STRING>, names LIST<STRING>, limit INTEGER
// returns: id
// index: the vector indexes, the full-text index, the name's key (unique)
CALL () {
  UNWIND $vectors AS vector
  CALL db.index.vector.queryNodes($passage_index, $limit, vector) YIELD node
  RETURN node.id AS id
  UNION
  UNWIND $vectors AS vector
  CALL db.index.vector.queryNodes($sentence_index, $limit, vector) YIELD node
  MATCH (p:{piece})-[:HAS_SENTENCE]->(node)
  RETURN p.id AS id
  UNION
  UNWIND $words AS words
  CALL db.index.fulltext.queryNodes($words_index, words, {limit: $limit}) YIELD node
  RETURN node.id AS id
  UNION
  UNWIND $names AS key
  MATCH (:{name} {key: key})<-[:DEFINES]-(p:{piece})
  RETURN p.id AS id
}
RETURN DISTINCT id
