// purpose: how many relations of a type go out from each entity of a class
// params: none
// returns: total, present, most
// index: label scan (whole on purpose)
MATCH (n:{label})
WITH n, COUNT { MATCH (n)-[:{type}]->(m) RETURN DISTINCT m } AS targets
RETURN count(n) AS total, sum(CASE WHEN targets > 0 THEN 1 ELSE 0 END) AS present, max(targets) AS most
