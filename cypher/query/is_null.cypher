// purpose: fragment: whether a value is missing
// params: none
// returns: fragment
// index: fragment (the query compiler joins fragments; <<names>> come from the ontology or are variables)
<<value>> IS NULL
