// purpose: fragment: the things a query is about
// params: none
// returns: fragment
// index: fragment (the query compiler joins fragments; <<names>> come from the ontology or are variables)
MATCH (<<node>>:<<class>>) WHERE <<condition>>
