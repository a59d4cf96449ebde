// purpose: make the nodes of an RDF graph that is only there to be checked
// params: rows LIST<MAP>
// returns: nothing
// index: none (create only)
UNWIND $rows AS row
CREATE (n:ScratchRdf)
SET n = row.properties, n:$(row.labels)
