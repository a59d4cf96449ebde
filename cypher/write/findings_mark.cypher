// purpose: write on entities what rules found about them that stops nothing (warnings, notes); an empty list takes the marks off
// params: rows LIST<MAP>
// returns: nothing
// index: Entity.id (unique)
UNWIND $rows AS row
MATCH (e:Entity {id: row.id})
SET e._findings = CASE WHEN size(row.findings) = 0 THEN null ELSE row.findings END,
    e._marked = CASE WHEN size(row.findings) = 0 THEN null ELSE size(row.findings) END
