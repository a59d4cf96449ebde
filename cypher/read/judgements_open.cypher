// purpose: questions that only a person can answer, those whose answer changes most first
// params: limit INTEGER, class STRING
// returns: properties, left, right (id, title, classes of the entities that the two mentions are part of now)
// index: Judgement.verdict
MATCH (j:Judgement {verdict: 'unsure', decided_by: 'model'})
WHERE NOT j.asleep AND ($class = '' OR j.class_name = $class)
WITH j ORDER BY j.effect DESC, j.id LIMIT $limit
OPTIONAL MATCH (j)-[a:ABOUT {side: 'left'}]->(:Record)-[d:DESCRIBES]->(x:Entity) WHERE d.mention = a.mention
OPTIONAL MATCH (j)-[b:ABOUT {side: 'right'}]->(:Record)-[e:DESCRIBES]->(y:Entity) WHERE e.mention = b.mention
OPTIONAL MATCH (n:Run {id: j.run})
RETURN j {.*, at: toString(n.started)} AS properties, x.id AS left, x._title AS left_title, y.id AS right, y._title AS right_title
ORDER BY j.effect DESC, j.id
