// purpose: the relationship types that the graph has relations of, with their number
// params: none
// returns: type, count
// index: count store
CALL db.stats.retrieve('GRAPH COUNTS') YIELD data
UNWIND data.relationships AS held
WITH held WHERE held.relationshipType IS NOT NULL AND held.startLabel IS NULL AND held.endLabel IS NULL AND held.count > 0
RETURN held.relationshipType AS type, held.count AS count
