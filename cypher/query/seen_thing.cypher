// purpose: fragment: a thing rests on a record that is not hidden
// params: none
// returns: fragment
// index: fragment (the query compiler joins fragments; <<names>> come from the ontology or are variables)
any(m IN <<node>>._mentions WHERE none(h IN $hidden_sources WHERE m STARTS WITH h))
