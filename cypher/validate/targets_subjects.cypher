// purpose: fragment: nodes with a relationship of a type going out
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
MATCH (<<f>>:<<base>>)-[:<<types>>]->() RETURN DISTINCT <<f>>.<<key>> AS id
