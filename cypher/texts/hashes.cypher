// purpose: every indexed passage with the hash of what was indexed
// params: none
// returns: id, hash
// index: none (a scan of one label, which is all of it)
MATCH (p:{piece})
RETURN p.id AS id, p.hash AS hash
