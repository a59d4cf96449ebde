// purpose: keep a scenario; its id is the hash of what it says, so keeping it again changes nothing
// params: id STRING, properties MAP
// returns: created (BOOLEAN)
// index: Scenario.id (unique)
MERGE (s:Scenario {id: $id})
ON CREATE SET s += $properties, s.created = datetime.realtime(), s.fresh = true
WITH s, coalesce(s.fresh, false) AS created
REMOVE s.fresh
RETURN created
