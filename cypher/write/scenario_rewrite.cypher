// purpose: put other texts in the place of those of scenarios that quoted what is erased
// params: rows LIST<MAP>
// returns: changed
// index: Scenario.id (unique)
UNWIND $rows AS row
MATCH (s:Scenario {id: row.id})
SET s.body = row.body, s.name = row.name, s.because = row.because
RETURN count(s) AS changed
