// purpose: fragment: all values at the end of a walk, in order
// params: none
// returns: fragment
// index: fragment (the query compiler joins fragments; <<names>> come from the ontology or are variables)
COLLECT { <<walk>> WITH <<value>> AS v WHERE v IS NOT NULL RETURN v ORDER BY v }
