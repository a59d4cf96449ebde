// purpose: whether Graph Data Science is installed
// params: none
// returns: present BOOLEAN
// index: none
SHOW FUNCTIONS YIELD name
WHERE name = 'gds.version'
RETURN count(name) > 0 AS present
