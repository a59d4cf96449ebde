// purpose: runs that began to write after the last published one and never ended well
// params: none
// returns: id, status
// index: Run.id (small)
MATCH (g:Graph {key: 'knockon'})
MATCH (r:Run)
WHERE r.status IN ['writing', 'failed'] AND r.batch > 0
OPTIONAL MATCH (later:Run {status: 'live'}) WHERE later.ordinal > r.ordinal
WITH r, count(later) AS later
WHERE later = 0
RETURN r.id AS id, r.status AS status
