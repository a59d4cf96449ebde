// purpose: peer of impact: everything that relations with impact lead to from one entity, each in the direction of impact
// params: id STRING, along LIST<STRING>, against LIST<STRING>
MATCH ANY SHORTEST (s:Entity {id: $id})
      ((x)-[r:{types}]-(y) WHERE (type(r) IN $along AND startNode(r) = x) OR (type(r) IN $against AND endNode(r) = x))+
      (t:Entity)
RETURN DISTINCT t.id AS id
