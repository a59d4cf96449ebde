// purpose: note what a text index holds now; null leaves out
// params: name STRING, values MAP
// returns: nothing
// index: TextIndex.name (unique)
MERGE (i:TextIndex {name: $name})
SET i += $values
