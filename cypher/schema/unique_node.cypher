// purpose: at most one node of a label with a given value of a property; also makes the index that finds it
// params: none
// returns: nothing
// index: none (creates one)
CREATE CONSTRAINT {constraint} IF NOT EXISTS FOR (n:{label}) REQUIRE n.{property} IS UNIQUE
