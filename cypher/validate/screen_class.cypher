// purpose: fragment: entities of a class that break some shape
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
MATCH (<<f>>:<<label>>) WHERE <<condition>> RETURN <<f>>.<<key>> AS id
