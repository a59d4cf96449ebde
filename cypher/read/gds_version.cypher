// purpose: the version of Graph Data Science; only where it is installed (read/gds_present)
// params: none
// returns: version STRING
// index: none
RETURN gds.version() AS version
