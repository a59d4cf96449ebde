// purpose: wait until all indexes are online
// params: seconds INTEGER
// returns: nothing
// index: none
CALL db.awaitIndexes($seconds)
