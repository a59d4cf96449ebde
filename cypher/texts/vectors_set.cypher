// purpose: store the vectors of passages and of their sentences, and which model made them
// params: rows LIST<MAP>, property STRING, model STRING
// returns: nothing
// index: the piece's id (unique)
UNWIND $rows AS row
MATCH (p:{piece} {id: row.id})
SET p.{property} = $model
WITH p, row
CALL db.create.setNodeVectorProperty(p, $property, row.vector)
WITH p, row
MATCH (p)-[h:HAS_SENTENCE]->(s:{sentence})
CALL db.create.setNodeVectorProperty(s, $property, row.sentences[h.at])
