// purpose: fragment: the subject of a statement
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
WITH *, startNode(<<rel>>) AS <<to>>
