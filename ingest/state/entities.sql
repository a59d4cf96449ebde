-- name: most_specific_classes
INSERT INTO fin_class
WITH held AS (SELECT DISTINCT b.entity, m.class FROM mention m JOIN membership b USING (mention))
SELECT entity, class FROM held h
WHERE NOT EXISTS (
    SELECT 1 FROM held o JOIN ancestor a ON a.class = o.class
    WHERE o.entity = h.entity AND a.ancestor = h.class AND o.class <> h.class);

-- name: survivorship
-- A correction stands above any source, an assumption below; then the rule of the property (recency, completeness, vote),
-- if it has one; then the source's priority, then the newer statement (corrections and assumptions only), then source and
-- record in alphabetical order: nothing but `recency` depends on arrival.
CREATE OR REPLACE TEMP TABLE ranked AS
WITH said AS (
    SELECT b.entity, v.property, v.value, v.record, v.standing,
           coalesce(p.priority, 0) AS priority, CASE WHEN v.standing = 1 THEN 0 ELSE v.ord END AS recency,
           bool_or(coalesce(d.multiple, false)) OVER (PARTITION BY b.entity, v.property) AS multiple,
           max(s.rule) OVER (PARTITION BY b.entity, v.property) AS rule,
           coalesce(c.ord, 0) AS arrived,
           count(v.value) OVER (PARTITION BY b.entity, v.record) AS complete,
           count(*) OVER (PARTITION BY b.entity, v.property, v.value) AS votes
    FROM val v JOIN membership b USING (mention)
    JOIN mention m ON m.mention = v.mention
    LEFT JOIN property d ON d.class = m.class AND d.property = v.property
    LEFT JOIN survival s ON s.class = m.class AND s.property = v.property
    LEFT JOIN chosen c ON c.record = v.record
    LEFT JOIN priority p ON p.source = split_part(v.record, '/', 1)),
scored AS (
    SELECT *, CASE rule WHEN 'recency' THEN arrived WHEN 'completeness' THEN complete WHEN 'vote' THEN votes ELSE 0 END AS score
    FROM said)
SELECT *, max(standing) OVER (PARTITION BY entity, property) AS best,
       row_number() OVER (PARTITION BY entity, property ORDER BY standing DESC, score DESC, priority DESC, recency DESC, record, value) AS place,
       row_number() OVER (PARTITION BY entity, property, value ORDER BY standing DESC, score DESC, priority DESC, recency DESC, record) AS place_of_value
FROM scored;
INSERT INTO fin_value
SELECT entity, property, value, record FROM ranked
WHERE value IS NOT NULL
  AND CASE WHEN multiple THEN place_of_value = 1 AND (best < 2 OR standing = 2) ELSE place = 1 END;
-- each other value once, from the record that comes first
INSERT INTO fin_other
SELECT r.entity, r.property, r.value, r.record
FROM (SELECT * FROM ranked WHERE value IS NOT NULL AND NOT multiple AND place_of_value = 1 AND place > 1) r
JOIN (SELECT * FROM ranked WHERE place = 1) f ON f.entity = r.entity AND f.property = r.property
WHERE f.value IS DISTINCT FROM r.value;
DROP TABLE ranked;

-- name: titles_and_hashes
INSERT INTO fin_entity
WITH classes AS (SELECT entity, list(class ORDER BY class) AS classes FROM fin_class GROUP BY entity),
mentions AS (SELECT entity, list(mention ORDER BY mention) AS mentions FROM membership GROUP BY entity),
content AS (
    SELECT entity, string_agg(property || chr(30) || value || chr(30) || record, chr(31) ORDER BY property, value, record) AS content
    FROM fin_value GROUP BY entity),
disputed AS (
    SELECT entity, string_agg(property || chr(30) || value || chr(30) || record, chr(31) ORDER BY property, value, record) AS disputed
    FROM fin_other GROUP BY entity),
titled AS (
    SELECT v.entity, arg_min(v.value, c.class) AS title
    FROM fin_value v JOIN fin_class c ON c.entity = v.entity
    JOIN property d ON d.class = c.class AND d.property = v.property AND d.title
    WHERE trim(v.value) <> ''
    GROUP BY v.entity),
named AS (
    SELECT i.entity, c.classes, i.founding, i.first, m.mentions, coalesce(n.content, '') || coalesce(chr(28) || o.disputed, '') AS content,
           -- a title is indexed and shown: what is longer than that is a text
           coalesce(CASE WHEN length(t.title) > 500 THEN left(t.title, 499) || '…' ELSE t.title END, replace(url_decode(split_part(split_part(i.founding, '#', 1), '/', 3)), '|', ' / ')) AS title
    FROM identity i JOIN classes c USING (entity) JOIN mentions m USING (entity)
    LEFT JOIN content n USING (entity) LEFT JOIN titled t USING (entity) LEFT JOIN disputed o USING (entity))
SELECT entity, classes, founding, first, mentions, title,
       sha256(concat_ws(chr(29), array_to_string(classes, chr(31)), founding, array_to_string(mentions, chr(31)), title, content))
FROM named;

-- name: relations
-- By-value references point to the smallest mention that carries the value; ids are built from mentions, so they hold over merges.
INSERT INTO fin_relation
WITH place AS (SELECT mention, entity FROM membership UNION ALL SELECT hub, entity FROM hub),
pointed AS (
    SELECT r.*, coalesce(r.target, c.mention) AS other FROM ref r
    LEFT JOIN (SELECT class, property, value, min(mention) AS mention FROM carried GROUP BY ALL) c
      ON c.class = r.by_class AND c.property = r.by_property AND c.value = lower(r.by_value)),
directed AS (
    SELECT p.record, p.relation, p.properties, p.valid_from, p.valid_to, p.discriminator, p.standing, p.ord,
           CASE WHEN p.inverse THEN p.other ELSE p.mention END AS source_mention,
           CASE WHEN p.inverse THEN p.mention ELSE p.other END AS target_mention
    FROM pointed p WHERE p.other IS NOT NULL),
placed AS (
    SELECT d.*, d_rel.type, d_rel.functional, d_rel.inverse_functional, s.entity AS source, t.entity AS target,
           coalesce(q.priority, 0) AS priority,
           'r_' || substr(sha256(concat_ws(chr(31), d_rel.type, d.source_mention, d.target_mention, nullif(d.discriminator, ''))), 1, 24) AS id
    FROM directed d JOIN relation d_rel ON d_rel.name = d.relation
    JOIN place s ON s.mention = d.source_mention JOIN place t ON t.mention = d.target_mention
    LEFT JOIN priority q ON q.source = split_part(d.record, '/', 1)),
kept AS (
    SELECT * FROM placed p WHERE NOT EXISTS (
        SELECT 1 FROM removal x JOIN place a ON a.mention = x.mention JOIN place b ON b.mention = x.target
        WHERE x.relation = p.relation AND p.standing < 2
          AND CASE WHEN x.inverse THEN b.entity ELSE a.entity END = p.source
          AND CASE WHEN x.inverse THEN a.entity ELSE b.entity END = p.target)),
one_target AS (
    SELECT *, first_value(target) OVER (PARTITION BY relation, source ORDER BY standing DESC, priority DESC, CASE WHEN standing = 1 THEN 0 ELSE ord END DESC, record, id) AS best_target,
              first_value(source) OVER (PARTITION BY relation, target ORDER BY standing DESC, priority DESC, CASE WHEN standing = 1 THEN 0 ELSE ord END DESC, record, id) AS best_source
    FROM kept),
surviving AS (
    SELECT * FROM one_target
    WHERE (NOT functional OR target = best_target) AND (NOT inverse_functional OR source = best_source)),
merged AS (
    SELECT id, any_value(relation) AS name, any_value(type) AS type, any_value(source) AS source, any_value(target) AS target,
           first(properties ORDER BY standing DESC, priority DESC, record) AS properties,
           first(valid_from ORDER BY standing DESC, priority DESC, record) AS valid_from,
           first(valid_to ORDER BY standing DESC, priority DESC, record) AS valid_to,
           list(DISTINCT record ORDER BY record) AS records
    FROM surviving GROUP BY id)
SELECT *, sha256(concat_ws(chr(29), name, source, target, coalesce(properties, '{}'),
                           coalesce(valid_from::VARCHAR, ''), coalesce(valid_to::VARCHAR, ''), array_to_string(records, chr(31))))
FROM merged;

-- name: records
INSERT INTO fin_record
SELECT c.record, c.hash, i.source, i.tname, i.run, c.file, c.row, 'source', c.ord < c.newest
FROM chosen c JOIN (SELECT DISTINCT tbl, ord, source, tname, run FROM input) i ON i.tbl = c.tbl AND i.ord = c.ord;
