// purpose: how many mentions there are
// params: none
// returns: mentions
// index: none (the database keeps this count)
MATCH (:{piece})-[m:MENTIONS]->()
RETURN count(m) AS mentions
