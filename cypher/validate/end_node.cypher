// purpose: fragment: the object of a statement
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
WITH *, endNode(<<rel>>) AS <<to>>
