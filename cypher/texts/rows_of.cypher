// purpose: what is stored of some passages, for counting them out or reading them again
// params: ids LIST<STRING>
// returns: id, document, hash, row
// index: the piece's id (unique)
UNWIND $ids AS id
MATCH (p:{piece} {id: id})
RETURN p.id AS id, p.document AS document, p.hash AS hash, p.row AS row
