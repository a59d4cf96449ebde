// purpose: add entities of one class (labels differ by row only through the template's label list)
// params: rows LIST<MAP>, seq INTEGER
// returns: nothing
// index: Entity.id (unique)
UNWIND $rows AS row
CREATE (e:Entity)
SET e = row.properties, e._seq = $seq, e:$(row.labels)
