// purpose: what records were at a version, if they were changed or retracted since, with their file and run
// params: ids LIST<STRING>, version INTEGER
// returns: id, payload, path, started, agent, because
// index: Closed.id, File.sha256, Run.id
UNWIND $ids AS id
MATCH (c:Closed {id: id})
WHERE c.kind = 'record' AND c.seq_from <= $version AND $version < c.seq_to
OPTIONAL MATCH (f:File {sha256: c.file})
OPTIONAL MATCH (n:Run {id: c.of_run})
RETURN c.id AS id, c.payload AS payload, f.path AS path, toString(n.started) AS started, n.agent AS agent,
       n.because AS because
