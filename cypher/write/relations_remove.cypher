// purpose: take relations of one type out of the current state (their history is in Closed)
// params: ids LIST<STRING>
// returns: nothing
// index: the relation type's id (unique)
UNWIND $ids AS id
MATCH ()-[r:{type} {id: id}]->()
DELETE r
