// purpose: add to the counts of a text index
// params: name STRING, passages INTEGER, words INTEGER
// returns: nothing
// index: TextIndex.name (unique)
MERGE (i:TextIndex {name: $name})
SET i.passages = coalesce(i.passages, 0) + $passages, i.words = coalesce(i.words, 0) + $words
