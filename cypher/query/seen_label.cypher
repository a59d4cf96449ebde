// purpose: fragment: a thing has no value that hides it
// params: none
// returns: fragment
// index: fragment (the query compiler joins fragments; <<names>> come from the ontology or are variables)
NOT coalesce(<<node>>.<<property>> IN $<<param>>, false)
