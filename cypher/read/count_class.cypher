// purpose: how many entities carry a class
// params: none
// returns: count
// index: label count store
MATCH (e:{class}) RETURN count(e) AS count
