// purpose: let the old id of an entity lead to the entity that it is part of now
// params: rows LIST<MAP>
// returns: nothing
// index: Alias.id, Entity.id (unique)
UNWIND $rows AS row
MATCH (e:Entity {id: row.entity})
MERGE (a:Alias {id: row.alias})
WITH a, e
CALL (a) { MATCH (a)-[o:ALIAS_OF]->() DELETE o }
CREATE (a)-[:ALIAS_OF]->(e)
