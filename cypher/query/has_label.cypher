// purpose: fragment: a thing has a value that decides whether it is seen
// params: none
// returns: fragment
// index: fragment (the query compiler joins fragments; <<names>> come from the ontology or are variables)
<<node>>.<<property>> IS NOT NULL
