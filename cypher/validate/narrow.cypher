// purpose: fragment: go on from the values
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
<<prefix>> <<walk>> WITH DISTINCT id, <<root>>, <<value>>
