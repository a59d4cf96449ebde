// purpose: presence, distinct values and range of one property of a class
// params: listed INTEGER
// returns: total, present, distinct, low, high, listed (the values themselves, if they are few), shortest, longest
// index: label scan (whole on purpose)
MATCH (n:{label})
WITH count(n) AS total, collect(n.{property}) AS held
UNWIND CASE WHEN size(held) = 0 THEN [null] ELSE held END AS value
WITH total, size(held) AS present, value
WITH total, present, value, CASE WHEN value IS :: STRING NOT NULL THEN size(value) END AS length
WITH total, present, count(DISTINCT value) AS distinct, min(value) AS low, max(value) AS high,
     collect(DISTINCT value)[..$listed] AS listed, min(length) AS shortest, max(length) AS longest
RETURN total, present, distinct, low, high, listed, shortest, longest
