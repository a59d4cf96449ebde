// purpose: fragment: the distinct values of several ways, each once
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
CALL (<<from>>) { <<parts>> }
