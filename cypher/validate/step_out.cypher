// purpose: fragment: a step along relationships
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
MATCH (<<from>>)-[<<rel>>:<<types>>]->(<<to>>)
