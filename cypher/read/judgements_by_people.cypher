// purpose: what people judged, also what sleeps
// params: none
// returns: properties
// index: Judgement.decided_by
MATCH (j:Judgement {decided_by: 'person'})
RETURN properties(j) AS properties
ORDER BY j.id
