// purpose: find entities by words in their display name and in the properties that the ontology calls searchable
// params: none
// returns: nothing
// index: none (creates one)
CREATE FULLTEXT INDEX {index} IF NOT EXISTS FOR (n:Entity) ON EACH [n._title{properties}]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-folding', `fulltext.eventually_consistent`: false}}
