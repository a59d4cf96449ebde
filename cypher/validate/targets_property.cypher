// purpose: fragment: nodes with a property
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
MATCH (<<f>>:<<base>>) WHERE <<f>>.<<slot>> IS NOT NULL<<guard>> RETURN <<f>>.<<key>> AS id
