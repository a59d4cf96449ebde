// purpose: the judgements about any of some mentions
// params: records LIST<STRING>
// returns: properties
// index: Record.id (unique)
UNWIND $records AS id
MATCH (:Record {id: id})<-[:ABOUT]-(j:Judgement)
WITH DISTINCT j
OPTIONAL MATCH (n:Run {id: j.run})
RETURN j {.*, at: toString(n.started)} AS properties
ORDER BY j.id
