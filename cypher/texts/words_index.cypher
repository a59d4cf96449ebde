// purpose: find texts by words, which are stored as stems
// params: none
// returns: nothing
// index: none (creates one)
CREATE FULLTEXT INDEX {index} IF NOT EXISTS FOR (n:{label}) ON EACH [n.stems]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace', `fulltext.eventually_consistent`: false}}
