// purpose: fragment: of the relations that start at these entities, those that break some shape
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
UNWIND $ids AS id MATCH (:<<base>> {<<key>>: id})-[<<f>>:<<type>>]->() WHERE <<condition>> RETURN <<f>>.id AS id
