// purpose: fragment: a comparison with a parameter
// params: none
// returns: fragment
// index: fragment (the query compiler joins fragments; <<names>> come from the ontology or are variables)
<<value>> <<operator>> $<<param>>
