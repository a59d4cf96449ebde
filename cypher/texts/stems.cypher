// purpose: how many passages hold each stem
// params: keys LIST<STRING>
// returns: key, passages
// index: the stem's key (unique)
UNWIND $keys AS key
MATCH (s:{stem} {key: key})
RETURN s.key AS key, s.passages AS passages
