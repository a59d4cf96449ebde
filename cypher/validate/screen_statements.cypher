// purpose: fragment: relations that break some shape
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
MATCH (:<<source>>)-[<<f>>:<<type>>]->() WHERE <<condition>> RETURN <<f>>.id AS id
