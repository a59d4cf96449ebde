// purpose: everything a text index holds, for its digest
// params: none
// returns: id, hash, stems, row, says, defines, mentions, model
// index: none (a scan of one label, which is all of it)
MATCH (p:{piece})
RETURN p.id AS id, p.hash AS hash, p.stems AS stems, p.row AS row, p.{property} AS model,
       COLLECT { MATCH (p)-[:SAYS]->(n:{name}) RETURN n.key ORDER BY n.key } AS says,
       COLLECT { MATCH (p)-[d:DEFINES]->(n:{name}) RETURN [n.key, d.weight] ORDER BY n.key } AS defines,
       COLLECT { MATCH (p)-[m:MENTIONS]->(e:Entity)
                 RETURN [e.id, m.start, m.end, m.text, m.confidence, m.how, m.candidates, m.record]
                 ORDER BY m.start, e.id } AS mentions
ORDER BY id
