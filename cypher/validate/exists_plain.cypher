// purpose: fragment: whether there is some value
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
EXISTS { <<walk>> RETURN <<value>> }
