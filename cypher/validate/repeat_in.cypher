// purpose: fragment: one or more steps against relationships
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
MATCH (<<from>>)<-[:<<types>>*1..]-(<<to>>)
