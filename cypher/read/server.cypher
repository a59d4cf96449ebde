// purpose: the server's version and edition
// params: none
// returns: version, edition
// index: none
CALL dbms.components() YIELD name, versions, edition
WHERE name = 'Neo4j Kernel'
RETURN versions[0] AS version, edition
