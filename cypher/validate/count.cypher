// purpose: fragment: how many distinct values meet a condition
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
COUNT { <<parts>> }
