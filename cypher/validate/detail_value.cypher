// purpose: fragment: values that break a constraint
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
<<prefix>> <<walk>> WITH DISTINCT <<carry>>, <<value>> WHERE <<condition>> RETURN <<root>> AS root, <<focus>> AS focus, <<shown>> AS value
