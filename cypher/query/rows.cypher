// purpose: fragment: the things of a query, a page of them
// params: none
// returns: fragment
// index: fragment (the query compiler joins fragments; <<names>> come from the ontology or are variables)
<<match>>
WITH <<node>>, <<node>>.id AS id, <<columns>>
ORDER BY <<order>> SKIP $skip LIMIT $limit
RETURN id, [<<names>>] AS cells
