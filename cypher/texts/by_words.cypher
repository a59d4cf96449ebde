// purpose: passages that hold all of some stems
// params: index STRING, words LIST<STRING>, limit INTEGER
// returns: id
// index: the full-text index
UNWIND $words AS words
CALL db.index.fulltext.queryNodes($index, words, {limit: $limit}) YIELD node
RETURN DISTINCT node.id AS id
