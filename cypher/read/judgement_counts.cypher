// purpose: how many judgements there are of each kind
// params: none
// returns: decided_by (the mapping apart from other rules), verdict, asleep, count
// index: Judgement.id (whole)
MATCH (j:Judgement)
RETURN CASE WHEN j.decided_by = 'rule' AND j.agent = 'mapping' THEN 'mapping' ELSE j.decided_by END AS decided_by, j.verdict AS verdict, j.asleep AS asleep, count(*) AS count
ORDER BY decided_by, verdict, asleep
