// purpose: fragment: whether a text begins with another, case apart
// params: none
// returns: fragment
// index: fragment (the query compiler joins fragments; <<names>> come from the ontology or are variables)
toLower(<<value>>) STARTS WITH toLower($<<param>>)
