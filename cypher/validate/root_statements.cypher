// purpose: fragment: the relations that were found
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
UNWIND $ids AS id MATCH ()-[<<f>>:<<type>> {id: id}]->()
