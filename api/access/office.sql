-- What the service keeps about its callers. It lies beside the graph, not in it: keys must be known while the database
-- is down, and the audit must survive a restore of the graph.
CREATE TABLE IF NOT EXISTS key (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, roles TEXT NOT NULL, scopes TEXT NOT NULL,
    created TEXT NOT NULL, expires TEXT, revoked TEXT
);
CREATE TABLE IF NOT EXISTS person (
    email TEXT PRIMARY KEY, name TEXT NOT NULL, roles TEXT NOT NULL, password TEXT, invitation TEXT,
    invitation_ends TEXT, created TEXT NOT NULL, disabled TEXT
);
CREATE TABLE IF NOT EXISTS session (hash TEXT PRIMARY KEY, email TEXT NOT NULL, created TEXT NOT NULL, ends TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS once (
    caller TEXT NOT NULL, key TEXT NOT NULL, asked TEXT NOT NULL, status INTEGER, headers TEXT, body BLOB,
    at TEXT NOT NULL, PRIMARY KEY (caller, key)
);
CREATE TABLE IF NOT EXISTS job (
    id TEXT PRIMARY KEY, caller TEXT NOT NULL, kind TEXT NOT NULL, asked TEXT NOT NULL, state TEXT NOT NULL,
    result TEXT, problem TEXT, created TEXT NOT NULL, finished TEXT, owner TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS decision (seq INTEGER PRIMARY KEY, body TEXT NOT NULL, hash TEXT NOT NULL);
-- Keys of what entries of the audit say of data; without its key that part of an entry cannot be read any more.
CREATE TABLE IF NOT EXISTS decision_key (seq INTEGER PRIMARY KEY, key BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS report (
    id TEXT PRIMARY KEY, caller TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, version INTEGER NOT NULL,
    view TEXT NOT NULL, created TEXT NOT NULL, body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS upload (
    id TEXT PRIMARY KEY, caller TEXT NOT NULL, source TEXT NOT NULL, file TEXT NOT NULL, size INTEGER NOT NULL,
    sha256 TEXT NOT NULL, created TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS task (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, assigned TEXT, due TEXT, snoozed TEXT, state TEXT NOT NULL, note TEXT NOT NULL,
    verdicts TEXT NOT NULL, updated TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS proposal (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, asked TEXT NOT NULL, because TEXT NOT NULL, version INTEGER NOT NULL,
    caller TEXT NOT NULL, name TEXT NOT NULL, created TEXT NOT NULL, state TEXT NOT NULL, decider TEXT, decider_name TEXT,
    verdict_because TEXT, decided TEXT, job TEXT
);
CREATE TABLE IF NOT EXISTS doubt (
    id TEXT PRIMARY KEY, question TEXT NOT NULL, known INTEGER NOT NULL, confidence TEXT NOT NULL, count INTEGER NOT NULL,
    since TEXT NOT NULL, asked TEXT NOT NULL
);
