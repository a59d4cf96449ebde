// purpose: ids of all judgements with a hash of what they say
// params: none
// returns: id, hash
// index: Judgement.id (whole)
MATCH (j:Judgement)
RETURN j.id AS id, j.hash AS hash
