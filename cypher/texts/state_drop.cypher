// purpose: forget that there is a text index
// params: name STRING
// returns: nothing
// index: TextIndex.name (unique)
MATCH (i:TextIndex {name: $name})
DELETE i
