// purpose: fragment: one or more rounds of several steps; one shortest path for each end
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
MATCH ANY SHORTEST (<<from>>) (<<round>>){1,} (<<to>>)
