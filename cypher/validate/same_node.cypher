// purpose: fragment: the node itself, under another name
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
WITH *, <<from>> AS <<to>>
