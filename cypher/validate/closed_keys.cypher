// purpose: fragment: whether a node has a property that is not allowed
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
any(key IN keys(<<node>>) WHERE NOT (key STARTS WITH '_' OR key = <<own>><<allowed>>))
