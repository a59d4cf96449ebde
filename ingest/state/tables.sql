-- The staging tables. One database file per computation, thrown away afterwards.
CREATE TABLE input(tbl INTEGER, source VARCHAR, tname VARCHAR, ord INTEGER, run VARCHAR, mode VARCHAR, mapping VARCHAR, segment INTEGER, address VARCHAR);
-- rows that a replay took the place of
CREATE TABLE answered(source VARCHAR, tname VARCHAR, file VARCHAR, row BIGINT);
CREATE TABLE source_file(address VARCHAR, sha256 VARCHAR, path VARCHAR, size BIGINT, source VARCHAR, tname VARCHAR);
-- candidate versions of records; `verdict` is null for a version that can be used
CREATE TABLE version(tbl INTEGER, segment INTEGER, ord INTEGER, file VARCHAR, row BIGINT, record VARCHAR, hash VARCHAR, verdict VARCHAR, stage INTEGER);
CREATE TABLE rejected(tbl INTEGER, ord INTEGER, file VARCHAR, row BIGINT, record VARCHAR, rule VARCHAR, "column" VARCHAR, reason VARCHAR);
CREATE TABLE chosen(tbl INTEGER, ord INTEGER, file VARCHAR, row BIGINT, record VARCHAR, hash VARCHAR, newest INTEGER);
CREATE TABLE must_exist(record VARCHAR, "column" VARCHAR, target VARCHAR);
CREATE TABLE unique_value(record VARCHAR, "column" VARCHAR, value VARCHAR);
-- what the chosen versions say
CREATE TABLE mention(record VARCHAR, mention VARCHAR, class VARCHAR);
CREATE TABLE val(mention VARCHAR, record VARCHAR, property VARCHAR, value VARCHAR, standing INTEGER, ord INTEGER);
CREATE TABLE link(record VARCHAR, mention VARCHAR, target VARCHAR);
CREATE TABLE ref(record VARCHAR, mention VARCHAR, relation VARCHAR, inverse BOOLEAN, target VARCHAR, by_class VARCHAR, by_property VARCHAR, by_value VARCHAR, missing VARCHAR, properties VARCHAR, valid_from DATE, valid_to DATE, discriminator VARCHAR, standing INTEGER, ord INTEGER);
CREATE TABLE removal(record VARCHAR, mention VARCHAR, relation VARCHAR, inverse BOOLEAN, target VARCHAR);
CREATE TABLE sleeping(record VARCHAR, reason VARCHAR);
-- the ontology, as far as SQL needs it
CREATE TABLE ancestor(class VARCHAR, ancestor VARCHAR);
CREATE TABLE property(class VARCHAR, property VARCHAR, multiple BOOLEAN, identifying BOOLEAN, declared_by VARCHAR, title BOOLEAN);
CREATE TABLE relation(name VARCHAR, type VARCHAR, functional BOOLEAN, inverse_functional BOOLEAN);
CREATE TABLE priority(source VARCHAR, priority INTEGER);
-- what the graph holds now
CREATE TABLE cur_record(id VARCHAR, hash VARCHAR, run VARCHAR, stale BOOLEAN);
CREATE TABLE cur_entity(id VARCHAR, hash VARCHAR);
CREATE TABLE cur_relation(id VARCHAR, hash VARCHAR, type VARCHAR, source VARCHAR, target VARCHAR);
CREATE TABLE cur_assignment(mention VARCHAR, entity VARCHAR, founding VARCHAR, first INTEGER);
CREATE TABLE cur_alias(alias VARCHAR, entity VARCHAR);
CREATE TABLE cur_quarantine(id VARCHAR, hash VARCHAR);
CREATE TABLE cur_judgement(id VARCHAR, hash VARCHAR);
-- the result
CREATE TABLE membership(mention VARCHAR, entity VARCHAR);
-- a hub is a key that several rows share for a further thing that they describe: not a mention, but it can be pointed to
CREATE TABLE hub(hub VARCHAR, entity VARCHAR);
CREATE TABLE identity(entity VARCHAR, founding VARCHAR, first INTEGER);
CREATE TABLE new_alias(alias VARCHAR, entity VARCHAR);
CREATE TABLE fin_record(id VARCHAR, hash VARCHAR, source VARCHAR, tname VARCHAR, run VARCHAR, file VARCHAR, row BIGINT, kind VARCHAR, stale BOOLEAN);
CREATE TABLE fin_class(entity VARCHAR, class VARCHAR);
CREATE TABLE fin_value(entity VARCHAR, property VARCHAR, value VARCHAR, record VARCHAR);
-- what other records say, where a property has one value only
CREATE TABLE fin_other(entity VARCHAR, property VARCHAR, value VARCHAR, record VARCHAR);
-- rules of survivorship other than the usual one
CREATE TABLE survival(class VARCHAR, property VARCHAR, rule VARCHAR);
CREATE TABLE fin_entity(id VARCHAR, classes VARCHAR[], founding VARCHAR, first INTEGER, mentions VARCHAR[], title VARCHAR, hash VARCHAR);
CREATE TABLE fin_relation(id VARCHAR, name VARCHAR, type VARCHAR, source VARCHAR, target VARCHAR, properties VARCHAR, valid_from DATE, valid_to DATE, records VARCHAR[], hash VARCHAR);
CREATE TABLE fin_quarantine(id VARCHAR, run VARCHAR, source VARCHAR, tname VARCHAR, file VARCHAR, path VARCHAR, row BIGINT, record VARCHAR, rule VARCHAR, "column" VARCHAR, reason VARCHAR, hash VARCHAR, address VARCHAR);
CREATE TABLE fin_judgement(id VARCHAR, "left" VARCHAR, "right" VARCHAR, class_name VARCHAR, verdict VARCHAR, decided_by VARCHAR, weight DOUBLE, probability DOUBLE, reasons VARCHAR[], agent VARCHAR, run VARCHAR, asleep BOOLEAN, effect DOUBLE, moves BIGINT, hash VARCHAR);
