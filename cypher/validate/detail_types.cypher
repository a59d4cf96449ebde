// purpose: fragment: relationships that are not allowed
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
<<prefix>> <<walk>> WITH DISTINCT <<carry>>, <<value>> MATCH (<<value>>)-[other]->(end:<<base>>) WHERE NOT type(other) IN <<allowed>> RETURN DISTINCT <<root>> AS root, <<focus>> AS focus, end.<<key>> AS value, type(other) AS key, [] AS labels
