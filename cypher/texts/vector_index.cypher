// purpose: find texts by meaning; the name of the index says for which vectors
// params: config MAP
// returns: nothing
// index: none (creates one)
CREATE VECTOR INDEX {index} IF NOT EXISTS FOR (n:{label}) ON (n.{property})
OPTIONS {indexConfig: $config}
