// purpose: fragment: a value, unless a hidden record won it
// params: none
// returns: fragment
// index: fragment (the query compiler joins fragments; <<names>> come from the ontology or are variables)
CASE WHEN any(w IN <<node>>._winners WHERE any(h IN $hidden_sources WHERE w STARTS WITH '<<name>>=' + h)) THEN null ELSE <<node>>.<<property>> END
