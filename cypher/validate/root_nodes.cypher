// purpose: fragment: the focus nodes that were found
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
UNWIND $ids AS id MATCH (<<f>>:<<base>> {<<key>>: id})
