// purpose: keep with a run how often each rule was found broken
// params: id STRING, findings STRING
// returns: nothing
// index: Run.id (unique)
MATCH (r:Run {id: $id})
SET r.findings = $findings
