// purpose: fragment: one way to reach values
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
<<walk>> WITH DISTINCT <<value>> AS <<name>> WHERE <<condition>> RETURN <<name>>
