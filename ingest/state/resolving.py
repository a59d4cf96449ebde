"""Judgements about the mentions in staging: by exact keys, by the pinned model, by people.

The unit that is compared is what the mapping itself declares to be one thing (``same_as``, shared keys of ``also``):
its values are those of all its mentions, and of the addresses that its rows lead to.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph_engine.store.runs import Run
from ingest.progress import Progress
from ingest.resolution import text_model
from ingest.resolution.explanation import WORDS
from ingest.resolution.judgements import Decider, Judgement, Verdict
from ingest.resolution.party_index import PartyIndex, bring_up_to_date, records_of
from ingest.resolution.party_model import PartyModel, train
from ingest.resolution.party_records import Role
from ingest.resolution.party_scoring import ALONE, EVIDENCE
from ingest.resolution.pinned import Pin
from ingest.resolution.policy import PLACE_ROLES, TEXTS, MatchRule, Method
from ingest.resolution.tables import Table, from_columns
from ingest.resolution.text_model import TextModel
from ingest.state.references import HUB
from ingest.state.staging import Staging
from ontology.model import Ontology

Ints = npt.NDArray[np.int64]
JUDGE = "judge"
"""Kind of the runs by which people judge."""
_CLEANED = "2"
"""Changes with how values are cleaned and compared: what was kept of an earlier way is not used."""
FEWEST = 20
"""Records of a class that a model is trained on at least; below, exact keys alone join them."""
_SHARED = 0.2
"""A key tells two sources' things apart when so many of the smaller source's values are in the other too."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A pair that the model has an opinion on."""

    left: str
    right: str
    class_name: str
    weight: float
    probability: float
    reasons: tuple[str, ...]
    rule: MatchRule

    @property
    def merges(self) -> bool:
        """Whether it is merged without asking."""
        return self.probability >= self.rule.merge_at


@dataclass(slots=True)
class Resolving:
    """What judging needs beside the staged records; one for a run, which may compute several times.

    Args:
        pin: policy and models; what is missing is trained and added, and :attr:`grown` says so.
        cache: folder for what is derived; may be deleted at any time.
        anew: train all models again.
    """

    ontology: Ontology
    pin: Pin
    cache: Path | None = None
    anew: bool = False
    advice: list[str] = field(default_factory=list)
    indexes: dict[str, PartyIndex] = field(default_factory=dict)
    trained: set[str] = field(default_factory=set)
    compared: dict[str, int] = field(default_factory=dict)

    def judge(self, db: Staging, units: Ints, progress: Progress) -> list[Scored]:
        """The model's opinions on what is staged in ``numbered``; ``units`` holds each mention's unit."""
        self.advice = []
        _stage_units(db, units)
        found: list[Scored] = []
        for (name,) in db.rows("SELECT DISTINCT class FROM pool ORDER BY 1"):
            rule = self.pin.policy.rule(self.ontology, str(name))
            if rule.method is Method.PARTY:
                found += self._parties(db, rule, progress)
            elif rule.method is Method.TEXT:
                found += self._texts(db, rule, progress)
        return found

    def save(self) -> None:
        """Keep the indexes for the next run."""
        if self.cache is None:
            return
        wanted = set()
        for name, index in self.indexes.items():
            folder = self.cache / self._index_name(name)
            wanted.add(folder.name)
            if self.compared.get(name) or not folder.exists():
                index.save(folder)
        for old in self.cache.iterdir() if self.cache.exists() else ():
            if old.name not in wanted:
                shutil.rmtree(old, ignore_errors=True)

    # -- parties ----------------------------------------------------------------------------------------------------

    def _parties(self, db: Staging, rule: MatchRule, progress: Progress) -> list[Scored]:
        name = rule.class_name
        raw = _party_values(db, self.ontology, rule)
        if raw.num_rows < FEWEST and name not in self.pin.parties:
            if raw.num_rows > 1:
                self.advice.append(f"{name}: {raw.num_rows} records are too few to learn from; exact keys join them.")
            return []
        model = self.pin.parties.get(name)
        if model is None or not model.usable or (self.anew and name not in self.trained):
            progress(f"learning how to tell {name} records apart", 0, 0)
            model = _train_party(raw, rule)
            self.trained.add(name)
            self.indexes.pop(name, None)
            if model.usable:
                self.pin = replace(self.pin, parties={**self.pin.parties, name: model})
        if not model.usable:
            self.advice += [f"{name}: {said}" for said in model.advice]
            return []
        progress(f"comparing {name} records", 0, 0)
        before = self.indexes.get(name) or self._kept(name)
        wanted = raw.select(["mention", "raw", *(r for r in raw.column_names if r in set(model.comparisons()))])
        index = bring_up_to_date(before, model, wanted, rule.region, rule.review_at / 2)
        self.indexes[name] = index
        self.compared[name] = self.compared.get(name, 0) + index.compared
        self.advice += [f"{name}: {said}" for said in dict.fromkeys(index.advice)]
        self._outgrown(name, model, raw)
        pairs = index.pairs.filter(pc.greater_equal(index.pairs["probability"], rule.review_at))
        return [
            Scored(
                row["left"], row["right"], name, round(row["weight"], 6), round(row["probability"], 6),
                _reasons(index.comparisons, row["bits"]), rule,
            )
            for row in pairs.to_pylist()
        ]  # fmt: skip

    def _kept(self, name: str) -> PartyIndex | None:
        return None if self.cache is None else PartyIndex.load(self.cache / self._index_name(name))

    def _index_name(self, name: str) -> str:
        model, rule = self.pin.parties[name], self.pin.policy.rule(self.ontology, name)
        content = [model.settings, *(f"{r}:{t.to_pydict()}" for r, t in sorted(model.frequencies.items()))]
        content += [str(model.rules), str(rule.region), str(rule.review_at), _CLEANED]
        return f"{name}-{hashlib.sha256(chr(31).join(content).encode()).hexdigest()[:16]}"

    def _outgrown(self, name: str, model: PartyModel, raw: pa.Table) -> None:
        if raw.num_rows >= 3 * max(model.records, 30):
            self.advice.append(
                f"{name}: the model was trained on {model.records:,} records, there are {raw.num_rows:,} now. "
                "`knockon resolve train` learns anew."
            )
        have = {n for n in raw.column_names if n in set(Role) and raw[n].null_count <= 0.9 * raw.num_rows}
        new = sorted(have - set(model.comparisons()) - {"name", "given", "family"})
        if new:
            self.advice.append(
                f"{name}: {', '.join(new)} came after the model was trained and is not compared. "
                "`knockon resolve train` learns anew."
            )

    # -- texts ------------------------------------------------------------------------------------------------------

    def _texts(self, db: Staging, rule: MatchRule, progress: Progress) -> list[Scored]:
        name = rule.class_name
        tables, mentions, keys = _text_tables(db, self.ontology, name)
        model = self.pin.texts.get(name, TextModel({}))
        found: list[Scored] = []
        sources = sorted(tables)
        for at, one in enumerate(sources):
            for other in sources[at + 1 :]:
                key = f"{one}|{other}"
                if key not in model.learned or (self.anew and f"{name}|{key}" not in self.trained):
                    progress(f"learning how to tell {name} records apart", 0, 0)
                    learned = text_model.learn(tables[one], tables[other])
                    if learned is None:
                        continue
                    self.trained.add(f"{name}|{key}")
                    model = TextModel({**model.learned, key: learned})
                    self.pin = replace(self.pin, texts={**self.pin.texts, name: model})
                pairs = text_model.apply(model.learned[key], tables[one], tables[other])
                telling = _telling(keys, one, other)
                for n in np.flatnonzero(pairs.probability >= rule.review_at).tolist():
                    a, b = mentions[one][int(pairs.left[n])], mentions[other][int(pairs.right[n])]
                    probability = float(pairs.probability[n])
                    differ = _differing(keys, telling, one, int(pairs.left[n]), other, int(pairs.right[n]))
                    reasons = _reasons(pairs.comparisons, pairs.bits[n].tolist())
                    if differ:
                        probability = min(probability, ALONE)
                        reasons = (f"{differ} differs", *reasons)
                    weight = round(float(pairs.weight[n]), 6)
                    left, right = min(a, b), max(a, b)
                    found.append(Scored(left, right, name, weight, round(probability, 6), reasons, rule))
        return found


def people_say(live: Sequence[Run]) -> list[tuple[Run, Judgement, str]]:
    """What people judge in these runs, the newest word on each pair, with its run and who said it."""
    latest: dict[tuple[str, str], tuple[Run, Judgement, str]] = {}
    for run in live:
        if run.kind != JUDGE:
            continue
        for said in run.statements:
            ends = sorted((said.mention, said.value or ""))
            judgement = Judgement(ends[0], ends[1], Verdict(said.op), 0.0, Decider.PERSON, (said.because,))
            latest[ends[0], ends[1]] = (run, judgement, said.author)
    return [latest[pair] for pair in sorted(latest)]


def _reasons(names: Sequence[str], bits: Sequence[float]) -> tuple[str, ...]:
    parts = sorted(zip(names, bits, strict=True), key=lambda part: (-abs(part[1]), part[0]))
    return tuple(f"{WORDS.get(name, name)} {worth:+.1f}" for name, worth in parts if abs(worth) >= 0.5)


def _train_party(raw: pa.Table, rule: MatchRule) -> PartyModel:
    filled = {n for n in raw.column_names if n in set(Role) and raw.num_rows - raw[n].null_count >= 2}
    alone = bool(
        pc.any(pc.and_(pc.is_valid(raw["name"]), pc.is_null(raw["family"]))).as_py()
        if {"name", "family"} <= set(raw.column_names)
        else "family" not in filled
    )
    filled -= {"given", "family"} if alone else {"name"}
    kinds = len(filled & {"name", "family"}) + len(filled & set(EVIDENCE))
    bare = not filled & {"name", "family", "given"} and "street" in filled and len(filled & set(PLACE_ROLES)) > 1
    if kinds < 2 and not bare:
        told = ", ".join(sorted(filled)) or "nothing"
        advice = f"there is {told} to go by; one kind of evidence alone proves nothing, so no two are compared."
        return PartyModel("", (), records=raw.num_rows, advice=(advice,))
    return train(records_of(raw.select(["mention", "raw", *sorted(filled)]), rule.region))


# -- values out of staging ----------------------------------------------------------------------------------------


def _stage_units(db: Staging, units: Ints) -> None:
    """``pool``: class, unit and its smallest mention of that class; a unit stands under its most specific classes."""
    db.con.register("unit_of", pa.table({"n": pa.array(np.arange(len(units))), "unit": pa.array(units)}))
    db.run(
        "CREATE OR REPLACE TEMP TABLE unit AS SELECT m.mention, m.class, u.unit FROM numbered m "
        "JOIN unit_of u USING (n)"
    )
    db.con.unregister("unit_of")
    db.run(
        "CREATE OR REPLACE TEMP TABLE pool AS WITH held AS (SELECT unit, class, min(mention) AS mention FROM unit "
        "GROUP BY unit, class) SELECT unit, class, mention FROM held h WHERE NOT EXISTS (SELECT 1 FROM held o "
        "JOIN ancestor a ON a.class = o.class WHERE o.unit = h.unit AND a.ancestor = h.class AND o.class <> h.class)"
    )


def _party_values(db: Staging, ontology: Ontology, rule: MatchRule) -> pa.Table:
    """mention, raw (hash), and a column per role that the class can have; sorted by mention."""
    places = sorted(c.name for c in ontology.classes.values() if ontology.is_a(c.name, "Address"))
    roles = sorted({*map(str, rule.roles.values()), *map(str, PLACE_ROLES)})
    case = " ".join(f"WHEN '{n}' THEN '{r}'" for n, r in rule.roles.items())
    place = "CASE v.property WHEN 'line_1' THEN 'street' WHEN 'postal_code' THEN 'postcode' WHEN 'city' THEN 'city' END"
    among = ", ".join(f"'{name}'" for name in places) or "''"
    parts = ", ".join(f"min(value) FILTER (role = '{r}') AS {r}" for r in PLACE_ROLES)
    lists = [f"string_agg(DISTINCT value, chr(31) ORDER BY value) FILTER (role = '{r}') AS {r}" for r in roles]
    whole = ", ".join(held for r, held in zip(roles, lists, strict=True) if r not in PLACE_ROLES) or "true AS nothing"
    rows = ", ".join(f"string_agg(coalesce({r}, ''), chr(31) ORDER BY {_ADDRESS}) AS {r}" for r in PLACE_ROLES)
    own = " AND role NOT IN ('name')" if "name" not in roles else ""
    return db.arrow(
        f"WITH mine AS (SELECT p.mention, u.mention AS of FROM pool p JOIN unit u USING (unit) "
        f"WHERE p.class = '{rule.class_name}'), "
        f"said AS (SELECT m.mention, v.mention AS place, CASE v.property {case} END AS role, v.value FROM mine m "
        "JOIN val v ON v.mention = m.of WHERE v.standing = 1 AND trim(v.value) <> '' UNION ALL "
        # a row leads to an address by its mention, or by a key that it shares with others (a hub)
        f"SELECT m.mention, v.mention, {place}, v.value FROM mine m JOIN ref r ON r.mention = m.of JOIN ("
        f"SELECT mention AS target, mention FROM unit WHERE class IN ({among}) UNION ALL "
        f"SELECT l.target, l.mention FROM link l JOIN unit u ON u.mention = l.mention WHERE u.class IN ({among}) "
        f"AND {HUB.format('l.target')}) t ON t.target = r.target JOIN val v ON v.mention = t.mention "
        "WHERE r.standing = 1 AND v.standing = 1 AND trim(v.value) <> ''), "
        "called AS (SELECT mention, 'name' AS role, trim(concat_ws(' ', min(value) FILTER (role = 'given'), "
        "min(value) FILTER (role = 'family'))) AS value FROM said GROUP BY mention, place HAVING value <> ''), "
        "told AS (SELECT mention, role, value FROM said WHERE role IS NOT NULL UNION ALL SELECT * FROM called c WHERE "
        f"NOT EXISTS (SELECT 1 FROM said s WHERE s.mention = c.mention AND s.role = 'name'){own}), "
        f"wide AS (SELECT mention, {whole} FROM told GROUP BY mention), "
        # several addresses: what belongs to one stands at one place in each list
        f"address AS (SELECT DISTINCT mention, {_ADDRESS} FROM (SELECT mention, place, {parts} FROM said "
        f"WHERE role IN ({', '.join(repr(str(r)) for r in PLACE_ROLES)}) GROUP BY mention, place)), "
        f"lives AS (SELECT mention, {rows} FROM address GROUP BY mention), "
        f"named AS (SELECT w.mention, {', '.join(_filled(r) for r in roles)} FROM wide w LEFT JOIN lives "
        f"USING (mention)) SELECT mention, hash({', '.join(roles)}) AS raw, * EXCLUDE (mention) FROM named "
        "ORDER BY mention"
    )


_ADDRESS = ", ".join(PLACE_ROLES)


def _filled(role: str) -> str:
    """A list of values, null where none of them is there."""
    return f"CASE WHEN replace({role}, chr(31), '') <> '' THEN {role} END AS {role}"


Keys = Mapping[str, Mapping[str, Sequence[str | None]]]
"""Source → identifying property → value per row."""


def _text_tables(db: Staging, ontology: Ontology, name: str) -> tuple[dict[str, Table], dict[str, list[str]], Keys]:
    """Per source a table of texts, the mention of each row, and the identifying values."""
    definition = ontology.classes[name]
    texts = [n for n in TEXTS if n in definition.properties]
    identifying = [p.name for p in definition.identifying]
    wide = ", ".join(f"min(v.value) FILTER (v.property = '{n}') AS {n}" for n in (*texts, *identifying))
    found = db.arrow(
        f"SELECT p.mention, split_part(p.mention, '/', 1) AS source, {wide} FROM pool p JOIN unit u USING (unit) "
        f"JOIN val v ON v.mention = u.mention WHERE p.class = '{name}' AND v.standing = 1 "
        "GROUP BY p.mention ORDER BY p.mention"
    )
    tables, mentions, keys = {}, {}, {}
    for source in sorted(set(found["source"].to_pylist())):
        part = found.filter(pc.equal(found["source"], source))
        tables[source] = from_columns(source, {n: [v or "" for v in part[n].to_pylist()] for n in texts})
        mentions[source] = [str(m) for m in part["mention"].to_pylist()]
        keys[source] = {n: part[n].to_pylist() for n in identifying}
    return tables, mentions, keys


def _telling(keys: Keys, one: str, other: str) -> list[str]:
    """The keys that both sources use alike, so that different values mean different things."""
    out = []
    for name, values in keys[one].items():
        ours, theirs = {v for v in values if v}, {v for v in keys[other][name] if v}
        if ours and theirs and len(ours & theirs) >= _SHARED * min(len(ours), len(theirs)):
            out.append(name)
    return out


def _differing(keys: Keys, telling: Sequence[str], one: str, left: int, other: str, right: int) -> str:
    for name in telling:
        a, b = keys[one][name][left], keys[other][name][right]
        if a and b and a != b:
            return name
    return ""
