// purpose: remove what was only there to be checked
// params: none
// returns: nothing
// index: label scan on ScratchRdf (whole on purpose: all of it goes)
MATCH (n:ScratchRdf)
DETACH DELETE n
