// purpose: put the new state of entities in the place of the old one, labels included
// params: rows LIST<MAP>, seq INTEGER
// returns: nothing
// index: Entity.id (unique)
UNWIND $rows AS row
MATCH (e:Entity {id: row.id})
REMOVE e:$(row.labels_gone)
SET e = row.properties, e._seq = $seq, e:$(row.labels)
