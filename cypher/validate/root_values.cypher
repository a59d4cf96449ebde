// purpose: fragment: literals that are focus nodes
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
UNWIND $ids AS id WITH id, id AS <<f>>
