// purpose: fragment: whether some value of a list meets a condition
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
any(<<value>> IN <<list>> WHERE <<condition>>)
