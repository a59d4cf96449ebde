// purpose: make the relationships of an RDF graph that is only there to be checked
// params: rows LIST<MAP>
// returns: nothing
// index: label scan on ScratchRdf (whole on purpose: it holds one small test graph)
UNWIND $rows AS row
MATCH (a:ScratchRdf {key: row.source})
MATCH (b:ScratchRdf {key: row.target})
CREATE (a)-[r:$(row.type)]->(b)
