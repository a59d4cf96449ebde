// purpose: make the one Graph node that orders commits, if it isn't there
// params: ontology_version STRING, ontology_digest STRING
// returns: seq, published
// index: Graph.key (unique)
MERGE (g:Graph {key: 'knockon'})
ON CREATE SET g.seq = 0, g.published = 0, g.epoch = 1, g.fencing = 0,
              g.ontology_version = $ontology_version, g.ontology_digest = $ontology_digest
RETURN g.seq AS seq, g.published AS published
