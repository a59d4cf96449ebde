// purpose: fragment: focus nodes that break a constraint as a whole
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
<<prefix>> WITH DISTINCT <<carry>> WHERE <<condition>> RETURN <<root>> AS root, <<focus>> AS focus, null AS value
