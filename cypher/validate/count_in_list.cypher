// purpose: fragment: how many values of a list meet a condition
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
size([<<value>> IN <<list>> WHERE <<condition>>])
