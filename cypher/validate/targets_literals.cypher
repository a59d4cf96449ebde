// purpose: fragment: values of a property, as focus nodes
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
MATCH (n:<<base>>) UNWIND <<list>> AS value RETURN DISTINCT value AS id
