// purpose: all runs in order
// params: none
// returns: id, ordinal, kind, status, target, agent, because, started, finished, published, inputs, counts, mapping
// index: Run.id (small)
MATCH (r:Run)
RETURN r.id AS id, r.ordinal AS ordinal, r.kind AS kind, r.status AS status, r.target AS target, r.agent AS agent,
       r.because AS because, toString(r.started) AS started, toString(r.finished) AS finished,
       r.published AS published, r.inputs AS inputs, r.counts AS counts
ORDER BY r.ordinal
