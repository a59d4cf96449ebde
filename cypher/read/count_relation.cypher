// purpose: how many relations of a type there are
// params: none
// returns: count
// index: relationship type count store
MATCH ()-[r:{type}]->() RETURN count(r) AS count
