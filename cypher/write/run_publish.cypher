// purpose: last statement of a run: it becomes live and its state the published one
// params: id STRING, seq INTEGER, counts STRING, ontology_version STRING, ontology_digest STRING
// returns: published
// index: Run.id, Graph.key (unique)
MATCH (r:Run {id: $id}), (g:Graph {key: 'knockon'})
SET r.status = 'live', r.finished = datetime.realtime(), r.published = $seq, r.counts = $counts,
    g.published = $seq, g.ontology_version = $ontology_version, g.ontology_digest = $ontology_digest
RETURN g.published AS published
