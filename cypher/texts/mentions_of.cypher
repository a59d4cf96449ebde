// purpose: the passages that name an entity, surest first
// params: id STRING, limit INTEGER
// returns: passage, document, text, start, end, confidence, how, candidates, record
// index: Entity.id (unique)
MATCH (e:Entity {id: $id})<-[m:MENTIONS]-(p)
RETURN p.id AS passage, p.document AS document, m.text AS text, m.start AS start, m.end AS end,
       m.confidence AS confidence, m.how AS how, m.candidates AS candidates, m.record AS record
ORDER BY m.confidence DESC, p.id, m.start
LIMIT $limit
