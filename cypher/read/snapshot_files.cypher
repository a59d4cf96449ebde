// purpose: all files that records came from
// params: none
// returns: sha256, path
// index: none (all files on purpose)
MATCH (f:File)
RETURN f.sha256 AS sha256, f.path AS path
