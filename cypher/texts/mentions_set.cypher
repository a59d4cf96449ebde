// purpose: which entities passages name, in place of what was found before
// params: rows LIST<MAP>
// returns: nothing
// index: the piece's id, Entity.id (unique)
UNWIND $rows AS row
MATCH (p:{piece} {id: row.id})
CALL (p) {
  MATCH (p)-[old:MENTIONS]->()
  DELETE old
}
CALL (p, row) {
  UNWIND row.mentions AS m
  MATCH (e:Entity {id: m.entity})
  CREATE (p)-[:MENTIONS {start: m.start, end: m.end, text: m.text, confidence: m.confidence, how: m.how,
                         candidates: m.candidates, record: m.record}]->(e)
}
SET p.mentions = COUNT { (p)-[:MENTIONS]->() }
