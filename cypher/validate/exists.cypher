// purpose: fragment: whether some value meets a condition
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
EXISTS { <<walk>> WITH <<value>> WHERE <<condition>> RETURN <<value>> }
