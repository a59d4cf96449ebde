// purpose: what an answer says of some records
// params: ids LIST<STRING>
// returns: id, kind, stale, file, row
// index: Record.id (unique)
UNWIND $ids AS id
MATCH (r:Record {id: id})
RETURN r.id AS id, r.kind AS kind, r.stale AS stale, r.file AS file, r.row AS row
