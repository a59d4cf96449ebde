// purpose: fragment: a thing is of no hidden class
// params: none
// returns: fragment
// index: fragment (the query compiler joins fragments; <<names>> come from the ontology or are variables)
none(c IN <<node>>._classes WHERE c IN $hidden_classes)
