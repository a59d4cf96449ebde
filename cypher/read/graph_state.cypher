// purpose: the graph's version counters, its ontology and who holds the lease
// params: none
// returns: seq, published, epoch, fencing, ontology_version, ontology_digest, token, owner, lease_left (seconds)
// index: Graph.key (unique)
MATCH (g:Graph {key: 'knockon'})
RETURN g.seq AS seq, g.published AS published, g.epoch AS epoch, g.fencing AS fencing,
       g.ontology_version AS ontology_version, g.ontology_digest AS ontology_digest,
       g.token AS token, g.owner AS owner,
       CASE WHEN g.lease_until IS NULL THEN 0.0
            ELSE (g.lease_until.epochMillis - datetime.realtime().epochMillis) / 1000.0 END AS lease_left
