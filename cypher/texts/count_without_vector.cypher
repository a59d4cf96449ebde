// purpose: how many passages lack the vector of a model
// params: model STRING
// returns: passages
// index: none (a scan of one label, which is all of it)
MATCH (p:{piece})
WHERE p.{property} IS NULL OR p.{property} <> $model
RETURN count(p) AS passages
