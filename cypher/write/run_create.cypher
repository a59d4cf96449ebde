// purpose: note a run before anything of it is written (a repetition after a lost answer changes nothing)
// params: id STRING, ordinal INTEGER, properties MAP
// returns: nothing
// index: Run.id (unique)
MERGE (r:Run {id: $id})
ON CREATE SET r += $properties, r.ordinal = $ordinal, r.status = 'writing', r.batch = 0, r.started = datetime.realtime()
