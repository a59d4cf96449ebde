// purpose: what people judged, also what sleeps
// params: none
// returns: properties
// index: Judgement.decided_by
MATCH (j:Judgement {decided_by: 'person'})
OPTIONAL MATCH (n:Run {id: j.run})
RETURN j {.*, at: toString(n.started)} AS properties
ORDER BY j.id
