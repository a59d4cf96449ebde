// purpose: remove an index that the ontology no longer asks for
// params: none
// returns: nothing
// index: none
DROP INDEX {index} IF EXISTS
