// purpose: fragment: whether a text holds another, case apart
// params: none
// returns: fragment
// index: fragment (the query compiler joins fragments; <<names>> come from the ontology or are variables)
toLower(<<value>>) CONTAINS toLower($<<param>>)
