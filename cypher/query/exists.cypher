// purpose: fragment: whether a walk ends at something
// params: none
// returns: fragment
// index: fragment (the query compiler joins fragments; <<names>> come from the ontology or are variables)
EXISTS { <<walk>> }
