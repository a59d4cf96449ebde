// purpose: ids of the entities of a class
// params: none
// returns: id
// index: label scan (whole on purpose)
MATCH (n:{label})
RETURN n.id AS id
