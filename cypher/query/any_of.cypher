// purpose: fragment: whether one of several values meets a condition
// params: none
// returns: fragment
// index: fragment (the query compiler joins fragments; <<names>> come from the ontology or are variables)
any(x IN <<value>> WHERE <<condition>>)
