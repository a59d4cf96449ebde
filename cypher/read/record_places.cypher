// purpose: where records come from: run, file and row
// params: ids LIST<STRING>
// returns: id, kind, run, row, stale, file, path, started, agent, because
// index: Record.id, File.sha256, Run.id (unique)
UNWIND $ids AS id
MATCH (r:Record {id: id})
OPTIONAL MATCH (f:File {sha256: r.file})
OPTIONAL MATCH (n:Run {id: r.run})
RETURN r.id AS id, r.kind AS kind, r.run AS run, r.row AS row, r.stale AS stale, r.file AS file, f.path AS path,
       toString(n.started) AS started, n.agent AS agent, n.because AS because
