"""Which version of each record counts: the newest usable one, and where it falls back to (``docs/semantics.md``).

A table's live inputs are cut into *segments*: each ``full`` export starts a new one, later upserts belong to it. The
newest segment says which keys exist. A key whose newest version is set aside falls back, segment by segment, to an
older version of it, as long as each full export on the way has the key (a key that a full export lacked was retracted).
A row without a readable key suspends retraction: keys that only older segments have stay.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import duckdb

from graph_engine.store.runs import Run
from ingest.archive import Archive, StoredFile
from ingest.compile.table import CompiledTable
from ingest.state.segments import Group, TableInputs, table_inputs
from ingest.state.staging import Staging

Compile = Callable[[str, str, tuple[str, ...]], CompiledTable]
"""(mapping digest, table, columns of the files) → compiled SQL."""


class Versions:
    """Loads candidate versions into staging and keeps ``chosen`` true as versions are rejected."""

    def __init__(self, staging: Staging, archive: Archive, compile_: Compile, live: Sequence[Run]) -> None:
        self._db = staging
        self._archive = archive
        self._compile = compile_
        self._tables = table_inputs(live)
        runs = {r.ordinal: r.id for r in live}
        self._stored: dict[str, StoredFile] = {}
        self._stages: list[CompiledTable] = []
        self._numbers: dict[Group, int] = {}
        for table in self._tables:
            for group in (g for segment in table.segments for g in segment):
                self._register(group, table.mode, runs)
        self._note_answers(live)

    @property
    def tables(self) -> Sequence[TableInputs]:
        """The tables that the state is made of."""
        return self._tables

    def load(self) -> None:
        """Load the newest segment of every table, and fall back where a row cannot be used."""
        for table in self._tables:
            for group in table.segments[0] if table.segments else ():
                self._load(group, None)
        self._judge()
        self._choose(None)
        self.fall_back()

    def fall_back(self) -> int:
        """For records whose version was rejected, choose the next older usable one; gives how many were found."""
        before = self._db.count("SELECT count(*) FROM chosen")
        lacking = {
            t
            for (t,) in self._db.rows(
                "SELECT DISTINCT tbl FROM version v WHERE segment = 0 AND (record IS NULL "
                "OR NOT EXISTS (SELECT 1 FROM chosen c WHERE c.record = v.record))"
            )
        }
        for table in self._tables:
            if table.tbl in lacking and len(table.segments) > 1:
                self._fall_back(table)
        return self._db.count("SELECT count(*) FROM chosen") - before

    def _fall_back(self, table: TableInputs) -> None:
        """Walk back through the segments with the keys that may still be looked for.

        A key goes on to the next older segment when a segment has it without a usable version, or lacks it but has a
        row without a readable key, which might be it. ``everything``: so far every segment had such a row, so also
        keys that none of them has are looked for.
        """
        db = self._db
        everything = True
        db.run("CREATE OR REPLACE TEMP TABLE wanted(record VARCHAR)")
        for number in range(1, len(table.segments)):
            above = f"tbl = {table.tbl} AND segment = {number - 1}"
            unreadable = db.count(f"SELECT count(*) FROM version WHERE {above} AND record IS NULL") > 0
            in_above = f"SELECT record FROM version WHERE {above} AND record IS NOT NULL"
            passed_on = "true" if unreadable else f"record IN ({in_above})"
            db.run(
                f"CREATE OR REPLACE TEMP TABLE wanted AS SELECT DISTINCT record FROM (SELECT record FROM wanted "
                f"WHERE {passed_on}{f' UNION ALL {in_above}' if everything else ''}) w "
                "WHERE NOT EXISTS (SELECT 1 FROM chosen c WHERE c.record = w.record)"
            )
            everything = everything and unreadable
            if not everything and not db.count("SELECT count(*) FROM wanted"):
                return
            for group in table.segments[number]:
                self._load(group, "everything" if everything else "wanted")
            self._judge()
            self._choose((table.tbl, number, everything))

    def _register(self, group: Group, mode: str, runs: dict[int, str]) -> None:
        n = len(group.files)
        self._db.insert(
            "input",
            {
                "tbl": [group.tbl] * n,
                "source": [group.source] * n,
                "tname": [group.table] * n,
                "ord": [o for o, _ in group.files],
                "run": [runs[o] for o, _ in group.files],
                "mode": [mode] * n,
                "mapping": [group.mapping] * n,
                "segment": [group.segment] * n,
                "address": [a for _, a in group.files],
            },
        )

    def _note_answers(self, live: Sequence[Run]) -> None:
        rows = [
            (given.source, given.table, *answer.rsplit(":", 1))
            for run in live
            for given in run.inputs
            for answer in given.answers
        ]
        if rows:
            sources, tables, files, numbers = zip(*rows, strict=True)
            self._db.insert(
                "answered", {"source": sources, "tname": tables, "file": files, "row": [int(n) for n in numbers]}
            )

    def _find(self, group: Group) -> None:
        """Look up the files of a group. Only of one that is read: an old export nobody needs may be damaged."""
        stored = {a: self._archive.find(a) for _, a in group.files}
        self._stored.update(stored)
        self._db.insert(
            "source_file",
            {
                "address": list(stored),
                "sha256": [s.sha256 for s in stored.values()],
                "path": [s.path for s in stored.values()],
                "size": [s.size for s in stored.values()],
                "source": [group.source] * len(stored),
                "tname": [group.table] * len(stored),
            },
        )

    def _stage(self, group: Group) -> int:
        """Type the rows of a group, once, into a staging table of their own; gives its number."""
        if group in self._numbers:
            return self._numbers[group]
        self._find(group)
        parts = []
        columns: dict[str, None] = {}
        for ordinal, address in group.files:
            file = self._stored[address]
            columns.update(dict.fromkeys(file.columns))
            path = str(self._archive.parquet(address)).replace("'", "''")
            parts.append(f"SELECT *, '{file.sha256}' AS _file, {ordinal}::BIGINT AS _ord FROM read_parquet('{path}')")
        compiled = self._compile(group.mapping, group.table, tuple(columns))
        number = self._numbers[group] = len(self._stages)
        self._stages.append(compiled)
        self._db.run(f"CREATE OR REPLACE TEMP VIEW raw AS {' UNION ALL BY NAME '.join(parts)}")
        try:
            self._db.run(f"CREATE TABLE staged_{number} AS {compiled.stage}")
        except duckdb.Error:
            for _, address in group.files:
                self._archive.check(address)  # raises StoreDamaged, which says which file and what to do
            raise
        self._forgive(number, group)
        return number

    def _forgive(self, number: int, group: Group) -> None:
        """Rows that something was erased from break no rule by it: only their key still has to be readable."""
        erased = [(self._stored[a].sha256, row) for _, a in group.files for row in self._archive.erased_rows(a)]
        if not erased:
            return
        self._db.run("CREATE OR REPLACE TEMP TABLE erased_row(file VARCHAR, row BIGINT)")
        files, rows = zip(*erased, strict=True)
        self._db.insert("erased_row", {"file": files, "row": rows})
        self._db.run(
            f"UPDATE staged_{number} SET violations = list_filter(violations, lambda v: v.rule IN ('key', "
            "'unreadable')) WHERE (_file, _row) IN (SELECT file, row FROM erased_row)"
        )

    def _load(self, group: Group, which: str | None) -> None:
        """Load versions of a group: all (None), of records that are wanted, or ``everything`` not chosen yet.

        A segment may be asked for again, for other records: what was loaded before stays as it is.
        """
        number = self._stage(group)
        db = self._db
        db.run(f"CREATE OR REPLACE TEMP VIEW staged AS SELECT * FROM staged_{number}")
        condition = {
            None: "true",
            "wanted": "record IS NULL OR record IN (SELECT record FROM wanted)",
            "everything": "record IS NULL OR record NOT IN (SELECT record FROM chosen)",
        }[which]
        known = ""
        if which is not None:
            known = (
                f" AND NOT EXISTS (SELECT 1 FROM version v WHERE v.tbl = {group.tbl} AND v.ord = s._ord "
                "AND v.file = s._file AND v.row = s._row)"
            )
        db.run(
            f"CREATE OR REPLACE TEMP TABLE loaded AS SELECT * FROM ({self._stages[number].rows}) s "
            f"WHERE ({condition}){known}"
        )
        db.run(
            f'INSERT INTO rejected SELECT {group.tbl}, _ord, _file, _row, record, b.rule, b."column", b.message FROM '
            "(SELECT *, unnest(violations) AS b FROM loaded WHERE len(violations) > 0)"
        )
        db.run(
            f"INSERT INTO rejected SELECT {group.tbl}, _ord, _file, _row, NULL, 'key', NULL, "
            "'The row has no readable key.' FROM loaded WHERE record IS NULL AND len(violations) = 0"
        )
        db.run(
            f"INSERT INTO version SELECT {group.tbl}, {group.segment}, _ord, _file, _row, record, hash, "
            f"CASE WHEN record IS NULL THEN 'key' WHEN len(violations) > 0 THEN violations[1].rule END, "
            f"{number} FROM loaded"
        )

    def _judge(self) -> None:
        """Verdicts that need more than one row: a key twice in one input, content of an append table that changed."""
        db = self._db
        twice = (
            "SELECT tbl, ord, record FROM version WHERE record IS NOT NULL GROUP BY tbl, ord, record "
            "HAVING count(*) > 1"
        )
        differing = f"{twice} AND count(DISTINCT hash) > 1"
        db.run(
            "INSERT INTO rejected SELECT v.tbl, v.ord, v.file, v.row, v.record, 'duplicate-key', NULL, "
            "'The key stands in this export more than once, with different content.' "
            f"FROM version v SEMI JOIN ({differing}) d USING (tbl, ord, record) WHERE verdict IS NULL"
        )
        db.run(
            f"UPDATE version SET verdict = 'duplicate-key' FROM ({differing}) d WHERE version.tbl = d.tbl "
            "AND version.ord = d.ord AND version.record = d.record AND verdict IS NULL"
        )
        db.run(
            "UPDATE version SET verdict = 'duplicate' FROM "
            "(SELECT tbl, ord, record, min(file || chr(31) || lpad(row::VARCHAR, 20, '0')) AS keep FROM version "
            " WHERE verdict IS NULL GROUP BY tbl, ord, record HAVING count(*) > 1) d "
            "WHERE version.tbl = d.tbl AND version.ord = d.ord AND version.record = d.record AND verdict IS NULL "
            "AND file || chr(31) || lpad(row::VARCHAR, 20, '0') <> d.keep"
        )
        changed = (
            "SELECT v.tbl, v.ord, v.file, v.row FROM version v JOIN "
            "(SELECT tbl, record, arg_min(hash, ord) AS hash, min(ord) AS ord FROM version "
            " WHERE verdict IS NULL GROUP BY tbl, record) o ON o.tbl = v.tbl AND o.record = v.record "
            "WHERE v.verdict IS NULL AND v.ord > o.ord AND v.hash <> o.hash "
            "AND EXISTS (SELECT 1 FROM input i WHERE i.tbl = v.tbl AND i.mode = 'append')"
        )
        db.run(
            "INSERT INTO rejected SELECT v.tbl, v.ord, v.file, v.row, v.record, 'append-changed', NULL, "
            "'The table only grows (mode append), but this row differs from what was read before.' "
            f"FROM version v SEMI JOIN ({changed}) c USING (tbl, ord, file, row)"
        )
        db.run(
            f"UPDATE version SET verdict = 'append-changed' FROM ({changed}) c WHERE version.tbl = c.tbl "
            "AND version.ord = c.ord AND version.file = c.file AND version.row = c.row"
        )

    def _choose(self, where: tuple[int, int, bool] | None) -> None:
        """Choose the newest usable version of each record that has none yet, and load what it says."""
        narrowed = ""
        if where is not None:
            tbl, segment, everything = where
            narrowed = f" AND v.tbl = {tbl} AND v.segment = {segment}"
            if not everything:
                narrowed += " AND v.record IN (SELECT record FROM wanted)"
        self._db.run(
            "CREATE OR REPLACE TEMP TABLE fresh AS SELECT v.tbl, v.ord, v.file, v.row, v.record, v.hash, n.newest, "
            "v.stage FROM version v "
            "JOIN (SELECT record, max(ord) AS newest FROM version GROUP BY record) n ON n.record = v.record "
            f"WHERE v.verdict IS NULL{narrowed} AND NOT EXISTS (SELECT 1 FROM chosen c WHERE c.record = v.record) "
            "QUALIFY row_number() OVER (PARTITION BY v.record ORDER BY v.ord DESC, v.file, v.row) = 1"
        )
        self._db.run("INSERT INTO chosen SELECT * EXCLUDE (stage) FROM fresh")
        self._details()

    def _details(self) -> None:
        db = self._db
        for (stage,) in db.rows("SELECT DISTINCT stage FROM fresh ORDER BY 1"):
            number = int(str(stage))
            compiled = self._stages[number]
            db.run(
                f"CREATE OR REPLACE TEMP VIEW staged AS SELECT s.* FROM staged_{number} s "
                f"SEMI JOIN (SELECT * FROM fresh WHERE stage = {number}) f "
                "ON f.ord = s._ord AND f.file = s._file AND f.row = s._row"
            )
            said = {
                "INSERT INTO mention SELECT record, mention, class FROM ({})": compiled.mentions,
                "INSERT INTO val SELECT mention, record, property, value, 1, 0 FROM ({}) WHERE value IS NOT NULL": (
                    compiled.vals
                ),
                "INSERT INTO link SELECT split_part(mention, '#', 1), mention, target FROM ({}) "
                "WHERE target IS NOT NULL": compiled.links,
                "INSERT INTO ref SELECT record, mention, relation, inverse, target, by_class, by_property, by_value, "
                "missing, properties, valid_from, valid_to, discriminator, 1, 0 FROM ({}) "
                "WHERE target IS NOT NULL OR by_value IS NOT NULL": compiled.refs,
                'INSERT INTO unique_value SELECT record, "column", value FROM ({}) WHERE value IS NOT NULL': (
                    compiled.uniques
                ),
                'INSERT INTO must_exist SELECT record, "column", target FROM ({}) WHERE target IS NOT NULL': (
                    compiled.checks
                ),
            }
            for statement, rows in said.items():
                if not rows.endswith(" WHERE false") or " UNION ALL " in rows:  # the table says nothing of the kind
                    db.run(statement.replace("{}", rows))

    def reject(self, query: str) -> int:
        """Set aside chosen versions: ``query`` gives record, rule, column, reason; gives how many records that were."""
        db = self._db
        db.run(f"CREATE OR REPLACE TEMP TABLE refused AS {query}")
        count = db.count("SELECT count(DISTINCT record) FROM refused JOIN chosen USING (record)")
        if not count:
            return 0
        db.run(
            'INSERT INTO rejected SELECT c.tbl, c.ord, c.file, c.row, c.record, r.rule, r."column", r.reason '
            "FROM chosen c JOIN refused r USING (record)"
        )
        db.run(
            "UPDATE version SET verdict = r.rule FROM (SELECT c.tbl, c.ord, c.file, c.row, min(x.rule) AS rule "
            "FROM chosen c JOIN refused x USING (record) GROUP BY ALL) r "
            "WHERE version.tbl = r.tbl AND version.ord = r.ord AND version.file = r.file AND version.row = r.row"
        )
        for table in ("chosen", "mention", "val", "link", "ref", "unique_value", "must_exist"):
            db.run(f"DELETE FROM {table} WHERE record IN (SELECT record FROM refused)")
        self._choose(None)  # within the same segment an older input may still carry a usable version
        self.fall_back()
        return count
