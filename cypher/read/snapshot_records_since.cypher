// purpose: current records that were written after a version
// params: since INTEGER
// returns: id, kind, stale, file, row
// index: Record._seq (range)
MATCH (r:Record) WHERE r._seq > $since
RETURN r.id AS id, r.kind AS kind, r.stale AS stale, r.file AS file, r.row AS row
