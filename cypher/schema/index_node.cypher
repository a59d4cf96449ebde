// purpose: find nodes of a label by a property
// params: none
// returns: nothing
// index: none (creates one)
CREATE INDEX {index} IF NOT EXISTS FOR (n:{label}) ON (n.{property})
