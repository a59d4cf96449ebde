// purpose: forget names that no passage mentions any more
// params: keys LIST<STRING>
// returns: nothing
// index: the name's key (unique)
UNWIND $keys AS key
MATCH (n:{name} {key: key})
WHERE NOT EXISTS { (n)<-[:SAYS|DEFINES]-() }
DELETE n
