// purpose: how many passages define and how many mention (or define) each name
// params: keys LIST<STRING>
// returns: key, defined, said
// index: the name's key (unique)
UNWIND $keys AS key
MATCH (n:{name} {key: key})
RETURN n.key AS key, COUNT { (n)<-[:DEFINES]-() } AS defined, COUNT { (n)<-[:SAYS]-() } AS said
