// purpose: how many nodes of each label and relations of each type there are
CALL () {
  MATCH (n) WHERE n:Entity OR n:Record
  UNWIND labels(n) AS name
  RETURN name, count(*) AS n
  UNION ALL
  MATCH (a)-[r]->() WHERE a:Entity OR a:Record
  RETURN type(r) AS name, count(*) AS n
}
RETURN name, n ORDER BY name
