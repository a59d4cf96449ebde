// purpose: how many passages hold each stem: add the differences; a stem of no passage goes
// params: rows LIST<MAP>
// returns: nothing
// index: the stem's key (unique)
UNWIND $rows AS row
MERGE (s:{stem} {key: row.key})
SET s.passages = coalesce(s.passages, 0) + row.by
WITH s WHERE s.passages <= 0
DELETE s
