// purpose: current entities of a version after an id, in id order, for the snapshot
// params: after STRING, limit INTEGER, version INTEGER
// returns: last (id), chunk (lists of [id, _classes, _title, _mentions, _winners, properties]); no row at the end
// index: Entity.id (range, ordered)
MATCH (e:Entity) WHERE e.id > $after
WITH e ORDER BY e.id LIMIT $limit
WITH collect(e) AS page
WHERE size(page) > 0
RETURN page[-1].id AS last,
       [e IN page WHERE e._seq <= $version
        | [e.id, e._classes, e._title, e._mentions, e._winners, properties(e)]] AS chunk
