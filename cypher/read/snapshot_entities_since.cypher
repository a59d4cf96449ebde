// purpose: current entities that were written after one version and up to another
// params: since INTEGER, version INTEGER, limit INTEGER
// returns: id, classes, title, mentions, winners, properties
// index: Entity._seq (range)
MATCH (e:Entity) WHERE e._seq > $since AND e._seq <= $version
RETURN e.id AS id, e._classes AS classes, e._title AS title, e._mentions AS mentions, e._winners AS winners,
       properties(e) AS properties
LIMIT $limit
