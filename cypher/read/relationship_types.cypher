// purpose: the relationship types that the graph has
// params: none
// returns: type
// index: none
CALL db.relationshipTypes() YIELD relationshipType
RETURN relationshipType AS type
