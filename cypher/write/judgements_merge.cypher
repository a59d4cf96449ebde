// purpose: note judgements and tie each to the two records that it is about, where they are there
// params: rows LIST<MAP>, seq INTEGER
// returns: nothing
// index: Judgement.id, Record.id (unique)
UNWIND $rows AS row
MERGE (j:Judgement {id: row.properties.id})
SET j = row.properties, j._seq = $seq
WITH j, row
CALL (j) { MATCH (j)-[a:ABOUT]->() DELETE a }
UNWIND row.ends AS tie
MATCH (r:Record {id: tie.record})
CREATE (j)-[:ABOUT {mention: tie.mention, side: tie.side}]->(r)
