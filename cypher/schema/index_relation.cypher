// purpose: find relations of a type by a property
// params: none
// returns: nothing
// index: none (creates one)
CREATE INDEX {index} IF NOT EXISTS FOR ()-[r:{type}]-() ON (r.{property})
