// purpose: how many mentions there are, and how many of them may mean several things
// params: none
// returns: mentions, ambiguous, entities
// index: none (all mentions of one label)
MATCH (p:{piece})-[m:MENTIONS]->(e:Entity)
RETURN count(m) AS mentions, count(CASE WHEN m.candidates > 1 THEN 1 END) AS ambiguous, count(DISTINCT e) AS entities
