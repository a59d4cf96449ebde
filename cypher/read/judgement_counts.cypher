// purpose: how many judgements there are of each kind
// params: none
// returns: decided_by, verdict, asleep, count
// index: Judgement.id (whole)
MATCH (j:Judgement)
RETURN j.decided_by AS decided_by, j.verdict AS verdict, j.asleep AS asleep, count(*) AS count
ORDER BY decided_by, verdict, asleep
