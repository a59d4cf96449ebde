// purpose: fragment: values that break a constraint, one row for each pair
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
<<prefix>> <<walk>> WITH DISTINCT <<carry>>, <<value>> UNWIND <<others>> AS other WITH * WHERE <<condition>> RETURN <<root>> AS root, <<focus>> AS focus, <<shown>> AS value
