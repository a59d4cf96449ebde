// purpose: fragment: one or more steps, some types along and some against; one shortest path for each end
// params: none
// returns: fragment
// index: fragment (the compiler joins fragments; <<names>> come from the ontology or are variables)
MATCH ANY SHORTEST (<<from>>) (({a})-[{r}:<<types>>]-({b}) WHERE (type({r}) IN <<out>> AND startNode({r}) = {a}) OR (type({r}) IN <<in>> AND endNode({r}) = {a})){1,} (<<to>>)
