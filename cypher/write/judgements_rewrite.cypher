// purpose: take the reasons out of judgements that quoted what is erased
// params: ids LIST<STRING>
// returns: changed
// index: Judgement.id (unique)
UNWIND $ids AS id
MATCH (j:Judgement {id: id})
SET j.reasons = ['erased']
RETURN count(j) AS changed
