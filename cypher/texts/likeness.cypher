// purpose: passages as they are stored, with the exact cosine of each and of its sentences with some vectors
// params: ids LIST<STRING>, vectors LIST<LIST>
// returns: id, hash, row, likeness (one value a vector, 0 to 1), sentences (the same for each sentence, in order)
// index: the piece's id (unique)
UNWIND $ids AS id
MATCH (p:{piece} {id: id})
RETURN p.id AS id, p.hash AS hash, p.row AS row,
       [v IN $vectors | vector.similarity.cosine(p.{property}, v)] AS likeness,
       COLLECT {
         MATCH (p)-[h:HAS_SENTENCE]->(s:{sentence})
         RETURN [v IN $vectors | vector.similarity.cosine(s.{property}, v)] ORDER BY h.at
       } AS sentences
