-- name: records
CREATE TABLE d_record AS
SELECT CASE WHEN c.id IS NULL THEN 'add' WHEN f.id IS NULL THEN 'remove' ELSE 'change' END AS op, coalesce(f.id, c.id) AS id
FROM fin_record f FULL JOIN cur_record c ON c.id = f.id
WHERE c.id IS NULL OR f.id IS NULL OR c.hash <> f.hash OR c.stale <> f.stale
   OR c.run NOT IN (SELECT run FROM live_run);

-- name: entities
CREATE TABLE d_entity AS
SELECT CASE WHEN c.id IS NULL THEN 'add' WHEN f.id IS NULL THEN 'remove' ELSE 'change' END AS op, coalesce(f.id, c.id) AS id
FROM fin_entity f FULL JOIN cur_entity c ON c.id = f.id
WHERE c.id IS NULL OR f.id IS NULL OR c.hash <> f.hash;

-- name: relations
CREATE TABLE d_relation AS
SELECT CASE WHEN c.id IS NULL THEN 'add' WHEN f.id IS NULL THEN 'remove' ELSE 'change' END AS op, coalesce(f.id, c.id) AS id,
       coalesce(c.type, f.type) AS type
FROM fin_relation f FULL JOIN cur_relation c ON c.id = f.id
WHERE c.id IS NULL OR f.id IS NULL OR c.hash <> f.hash;

-- name: quarantine
CREATE TABLE d_quarantine AS
SELECT CASE WHEN f.id IS NULL THEN 'remove' ELSE 'add' END AS op, coalesce(f.id, c.id) AS id
FROM fin_quarantine f FULL JOIN cur_quarantine c ON c.id = f.id
WHERE c.id IS NULL OR f.id IS NULL OR c.hash <> f.hash;

-- name: judgements
CREATE TABLE d_judgement AS
SELECT CASE WHEN f.id IS NULL THEN 'remove' ELSE 'add' END AS op, coalesce(f.id, c.id) AS id
FROM fin_judgement f FULL JOIN cur_judgement c ON c.id = f.id
WHERE f.id IS NULL OR c.id IS NULL OR c.hash <> f.hash;

-- name: set_aside
-- One entry for a row and rule; only inputs that still speak (the newest input of the table, or of the upserts since),
-- and of them only rows that no later row of the same key, and no replay of the row itself, took the place of.
INSERT INTO fin_quarantine
WITH speaking AS (
    SELECT r.*, i.run, i.source, i.tname, i.address FROM rejected r
    JOIN (SELECT DISTINCT tbl, ord, run, source, tname, segment, address, sha256 FROM input JOIN (SELECT DISTINCT address, sha256 FROM source_file) USING (address)) i
      ON i.tbl = r.tbl AND i.ord = r.ord AND i.sha256 = r.file
    WHERE i.segment = 0
      AND NOT EXISTS (SELECT 1 FROM answered a WHERE a.source = i.source AND a.tname = i.tname AND a.file = r.file AND a.row = r.row)
      AND (r.record IS NULL OR NOT EXISTS (SELECT 1 FROM rejected n WHERE n.record = r.record AND n.tbl = r.tbl AND n.ord > r.ord))
      AND (r.record IS NULL OR NOT EXISTS (SELECT 1 FROM chosen c WHERE c.record = r.record AND c.ord > r.ord))),
grouped AS (
    SELECT source, tname, file, row, rule, any_value(run) AS run, any_value(record) AS record, min("column") AS "column",
           string_agg(DISTINCT reason, ' ' ORDER BY reason) AS reason, any_value(address) AS address
    FROM speaking GROUP BY source, tname, file, row, rule)
SELECT 'q_' || substr(sha256(concat_ws(chr(31), g.source, g.tname, g.file, g.row, g.rule)), 1, 16), g.run, g.source, g.tname,
       g.file, f.path, g.row, g.record, g.rule, g."column", g.reason,
       sha256(concat_ws(chr(31), g.run, g.record, g.reason, coalesce(g."column", ''))), g.address
FROM grouped g LEFT JOIN (SELECT address, any_value(path) AS path FROM source_file GROUP BY address) f ON f.address = g.address;
