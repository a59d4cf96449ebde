// purpose: remove a constraint that the ontology no longer asks for
// params: none
// returns: nothing
// index: none
DROP CONSTRAINT {constraint} IF EXISTS
