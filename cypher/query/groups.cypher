// purpose: fragment: groups of things with what is counted of them
// params: none
// returns: fragment
// index: fragment (the query compiler joins fragments; <<names>> come from the ontology or are variables)
<<match>>
WITH <<columns>>
WITH <<aggregates>>
ORDER BY <<order>> SKIP $skip LIMIT $limit
RETURN null AS id, [<<names>>] AS cells
