// purpose: note a run before anything of it is written
// params: id STRING, ordinal INTEGER, properties MAP
// returns: nothing
// index: Run.id (unique)
CREATE (r:Run {id: $id})
SET r += $properties, r.ordinal = $ordinal, r.status = 'writing', r.batch = 0, r.started = datetime.realtime()
