// purpose: how often each rule was found broken, run by run, newest first
// params: limit INTEGER
// returns: id, published, finished, findings
// index: Run.id (small)
MATCH (r:Run)
WHERE r.status = 'live' AND r.findings IS NOT NULL
RETURN r.id AS id, r.published AS published, toString(r.finished) AS finished, r.findings AS findings
ORDER BY r.ordinal DESC LIMIT $limit
