// purpose: fragment: whether a condition does not hold (what is unknown does not)
// params: none
// returns: fragment
// index: fragment (the query compiler joins fragments; <<names>> come from the ontology or are variables)
CASE WHEN <<condition>> THEN false ELSE true END
