// purpose: mark a run as failed; what it wrote is put right by the next run, before that one is published
// params: id STRING, reason STRING
// returns: nothing
// index: Run.id (unique)
MATCH (r:Run {id: $id})
SET r.status = 'failed', r.finished = datetime.realtime(), r.reason = $reason
