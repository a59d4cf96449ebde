// purpose: how many entities of a class have a value
// params: none
// returns: count
// index: label scan (whole class on purpose)
MATCH (e:{class}) WHERE e.{property} IS NOT NULL RETURN count(e) AS count
