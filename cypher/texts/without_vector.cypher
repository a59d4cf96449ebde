// purpose: passages whose vector of a place another model made, or none, in the order of their ids
// params: model STRING, limit INTEGER
// returns: id
// index: none (a scan of one label until enough are found)
MATCH (p:{piece})
WHERE p.{property} IS NULL OR p.{property} <> $model
RETURN p.id AS id LIMIT $limit
