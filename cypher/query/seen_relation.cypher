// purpose: fragment: a relation rests on a record that is not hidden
// params: none
// returns: fragment
// index: fragment (the query compiler joins fragments; <<names>> come from the ontology or are variables)
any(s IN <<rel>>._records WHERE none(h IN $hidden_sources WHERE s STARTS WITH h))
