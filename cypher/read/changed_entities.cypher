// purpose: entities that were added or changed after a version
// params: version INTEGER
// returns: id
// index: Entity._seq (range)
MATCH (e:Entity) WHERE e._seq > $version
RETURN e.id AS id
