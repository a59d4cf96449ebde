// purpose: fragment: a step along relations of one type, to things of one class
// params: none
// returns: fragment
// index: fragment (the query compiler joins fragments; <<names>> come from the ontology or are variables)
MATCH (<<from>>)<<left>>[<<rel>>:<<type>>]<<right>>(<<to>>:<<class>>) WHERE <<condition>>
