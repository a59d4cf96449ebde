"""How good a survey is, against a schema that is known: precision and recall of keys and of references."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ingest.onboarding.model import Survey, TableProfile
from ontology.errors import SourceError


class _Column(BaseModel):
    model_config = ConfigDict(extra="ignore")
    name: str


class _Foreign(BaseModel):
    model_config = ConfigDict(extra="ignore")
    cols: list[str]
    ref: str
    ref_cols: list[str] = Field(default_factory=list)


class TrueTable(BaseModel):
    """A table as the schema declares it."""

    model_config = ConfigDict(extra="ignore")
    file: str
    columns: list[_Column]
    primary_key: list[str] = Field(default_factory=list)
    foreign_keys: list[_Foreign] = Field(default_factory=list)


Truth = Mapping[str, TrueTable]
Columns = frozenset[int]
"""Columns of a table by position, from 0: files without headings have no names."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """Right ones among those proposed, and among those that there are."""

    right: int
    proposed: int
    there: int
    wrong: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    asked: int = 0
    """Of those proposed, how many are the default of a question: no choice was taken without asking."""
    asked_right: int = 0

    @property
    def precision(self) -> float:
        """In [0, 1]; 1 where nothing was proposed."""
        return self.right / self.proposed if self.proposed else 1.0

    @property
    def recall(self) -> float:
        """In [0, 1]; 1 where there is nothing to find."""
        return self.right / self.there if self.there else 1.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Keys and references of a survey beside the declared ones."""

    keys: Ratio
    references: Ratio
    unmatched: tuple[str, ...]
    """Declared tables that the survey did not find."""
    unjudged: int
    """Proposals on columns whose declared target lies outside the folder: nothing can be said of them."""


def read_truth(path: Path) -> Truth:
    """The declared schema: table → file, columns, ``primary_key``, ``foreign_keys``.

    Raises:
        SourceError: it cannot be read, or has another form.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        if isinstance(content, dict) and isinstance(content.get("tables"), dict):
            content = content["tables"]
        return TypeAdapter(dict[str, TrueTable]).validate_python(content)
    except (OSError, ValueError, ValidationError) as problem:
        raise SourceError(
            f"this is no schema: {str(problem).splitlines()[0]}.",
            where=path,
            do="Each table needs file, columns (name), primary_key, foreign_keys (cols, ref, ref_cols).",
        ) from problem


def judge(survey: Survey, truth: Truth, asked: frozenset[str] = frozenset()) -> Verdict:
    """The survey against the schema. Keys count where one is declared, references where their target is there.

    ``asked``: tables whose key is asked about, or whether they come in at all.
    """
    found = _matched(survey, truth)
    names = {table.name: declared for declared, table in found.items()}
    at = {declared: {c.name: i for i, c in enumerate(truth[declared].columns)} for declared in found}
    return Verdict(
        _keys(survey, truth, found, at, asked),
        *_references(survey, truth, found, names, at),
    )


def _matched(survey: Survey, truth: Truth) -> dict[str, TableProfile]:
    by_path: dict[str, list[TableProfile]] = {}
    for table in survey.tables:
        by_path.setdefault(Path(table.read.file or "").name.lower(), []).append(table)
    found = {}
    for declared, wanted in truth.items():
        there = by_path.get(Path(wanted.file).name.lower(), [])
        exact = [
            t
            for t in there
            if Path(wanted.file).as_posix().endswith(t.read.file or "\0") or (t.read.file or "").endswith(wanted.file)
        ]
        chosen = exact or there
        if len(chosen) == 1:
            found[declared] = chosen[0]
        elif len(chosen) > 1:
            alike = [t for t in chosen if len(t.columns) == len(wanted.columns)]
            if alike:
                found[declared] = alike[0]
    return found


def _positions(columns: Sequence[str], table: TableProfile, at: Mapping[str, int]) -> Columns:
    """Where columns of the survey stand in the declared table."""
    lower = {name.lower(): i for name, i in at.items()}
    return frozenset(
        lower.get(name.lower(), table.column(name).position) if table.header else table.column(name).position
        for name in columns
    )


def _keys(
    survey: Survey,
    truth: Truth,
    found: Mapping[str, TableProfile],
    at: Mapping[str, Mapping[str, int]],
    asked: frozenset[str],
) -> Ratio:
    right = proposed = there = questions = questions_right = 0
    wrong: list[str] = []
    missed: list[str] = []
    for declared, wanted in truth.items():
        if not wanted.primary_key:
            continue
        there += 1
        table = found.get(declared)
        key = survey.keys.get(table.name) if table is not None else None
        if table is None or key is None:
            missed.append(f"{declared}: {', '.join(wanted.primary_key)}")
            continue
        proposed += 1
        questions += table.name in asked
        places = _positions(key.columns, table, at[declared])
        if places == frozenset(at[declared][c] for c in wanted.primary_key):
            right += 1
            questions_right += table.name in asked
        else:
            shown = ", ".join(wanted.columns[i].name if i < len(wanted.columns) else str(i) for i in sorted(places))
            wrong.append(f"{declared}: {shown} (declared: {', '.join(wanted.primary_key)})")
    return Ratio(right, proposed, there, tuple(wrong), tuple(missed), questions, questions_right)


def _references(
    survey: Survey,
    truth: Truth,
    found: Mapping[str, TableProfile],
    names: Mapping[str, str],
    at: Mapping[str, Mapping[str, int]],
) -> tuple[Ratio, tuple[str, ...], int]:
    wanted: set[tuple[str, Columns, str]] = set()
    outside: set[tuple[str, Columns]] = set()
    for declared, table in truth.items():
        for foreign in table.foreign_keys:
            places = {c.name: i for i, c in enumerate(table.columns)}
            columns = frozenset(places[c] for c in foreign.cols if c in places)
            if declared in found and foreign.ref in found:
                wanted.add((declared, columns, foreign.ref))
            elif foreign.ref in truth:
                wanted.add((declared, columns, foreign.ref))  # the file is there, we did not read it
            else:
                outside.add((declared, columns))
    proposed: set[tuple[str, Columns, str]] = set()
    unjudged = 0
    for reference in survey.references:
        if reference.table not in names or reference.to not in names or not reference.is_key:
            continue
        own = names[reference.table]
        columns = _positions(reference.columns, survey.table(reference.table), at[own])
        if (own, columns) in outside and not any(w[:2] == (own, columns) for w in wanted):
            unjudged += 1
            continue
        proposed.add((own, columns, names[reference.to]))

    def shown(item: tuple[str, Columns, str]) -> str:
        columns = truth[item[0]].columns
        return f"{item[0]}.{'+'.join(columns[i].name for i in sorted(item[1]) if i < len(columns))} → {item[2]}"

    right = proposed & wanted
    missing = tuple(sorted(d for d in truth if d not in found))
    ratio = Ratio(
        len(right),
        len(proposed),
        len(wanted),
        tuple(sorted(map(shown, proposed - wanted))),
        tuple(sorted(map(shown, wanted - proposed))),
    )
    return ratio, missing, unjudged
