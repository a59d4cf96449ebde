// purpose: fragment: more relationships than so many, whether or not they lead to the same node
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
COUNT { <<walk>> } > <<count>>
