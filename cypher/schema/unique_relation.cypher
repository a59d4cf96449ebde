// purpose: at most one relation of a type with a given id; also makes the index that finds it
// params: none
// returns: nothing
// index: none (creates one)
CREATE CONSTRAINT {constraint} IF NOT EXISTS FOR ()-[r:{type}]-() REQUIRE r.id IS UNIQUE
