// purpose: make the records that describe an entity exactly those of its mentions
// params: rows LIST<MAP>
// returns: nothing
// index: Record.id, Entity.id (unique)
UNWIND $rows AS row
MATCH (e:Entity {id: row.entity})
CALL (e, row) {
  MATCH (e)<-[d:DESCRIBES]-(:Record)
  WHERE NOT d.mention IN row.mentions
  DELETE d
}
UNWIND row.pairs AS pair
MATCH (r:Record {id: pair.record})
MERGE (r)-[:DESCRIBES {mention: pair.mention}]->(e)
