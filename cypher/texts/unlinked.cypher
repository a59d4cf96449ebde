// purpose: passages in which entities were not looked for since they changed, or that named one which is gone
// params: none
// returns: id
// index: none (a scan of one label, which is all of it)
MATCH (p:{piece})
WHERE p.mentions IS NULL OR COUNT { (p)-[:MENTIONS]->() } < p.mentions
RETURN p.id AS id
