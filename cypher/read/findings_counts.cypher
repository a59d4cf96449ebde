// purpose: how often each rule is marked
// params: none
// returns: rule (the text before the first tab of a mark), count
// index: Entity._marked (range)
MATCH (e:Entity)
WHERE e._marked > 0
UNWIND e._findings AS mark
RETURN split(mark, '\t')[0] AS rule, count(DISTINCT e) AS count
ORDER BY rule
