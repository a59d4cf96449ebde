// purpose: fragment: the distinct values, as a list
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
COLLECT { <<parts>> }
