// purpose: fragment: whether a node has a relationship that is not allowed
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
EXISTS { MATCH (<<node>>)-[other]->(<<end>>:<<label>>) WHERE NOT type(other) IN <<allowed>> RETURN other }
