// purpose: what a text index holds, which version of the graph it stands for, and which models made its vectors
// params: name STRING
// returns: version, passages, words, active, model_a, model_b, source_a, source_b, linked
// index: TextIndex.name (unique)
MATCH (i:TextIndex {name: $name})
RETURN i.version AS version, i.passages AS passages, i.words AS words, i.active AS active,
       i.model_a AS model_a, i.model_b AS model_b, i.source_a AS source_a, i.source_b AS source_b, i.linked AS linked
