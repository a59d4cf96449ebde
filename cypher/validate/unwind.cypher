// purpose: fragment: the values of a property, one by one
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
UNWIND <<list>> AS <<to>>
