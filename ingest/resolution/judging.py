"""What a person says about records being one thing, as statements of a run: decide, merge, split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from graph_engine.store.runs import Statement
from ingest.resolution.judgements import Verdict
from ontology.errors import BadQuestion
from ontology.ids import encode_key, record_of
from ontology.model import Ontology
from ontology.types import EntityState, JudgementState

MOST = 2_000
"""Statements that one split may need."""


@dataclass(frozen=True, slots=True)
class Side:
    """What a person named: an entity, and the record of it that was meant if one was."""

    entity: EntityState
    record: str | None = None

    @property
    def mentions(self) -> tuple[str, ...]:
        """The mentions that may be meant."""
        if self.record is None:
            return self.entity.mentions
        return tuple(m for m in self.entity.mentions if self.record in (m, record_of(m)))


def judgement_record(left: str, right: str) -> str:
    """Id under which the word on a pair is kept: a later one takes its place."""
    return f"judgements/identity/{encode_key(sorted((left, right)))}"


def decide(
    ontology: Ontology, left: Side, right: Side, verdict: Verdict, known: Sequence[JudgementState], *,
    because: str, author: str,
) -> tuple[Statement, ...]:  # fmt: skip
    """The statement that two things (or two records) are the same, are different, or that nobody can tell.

    Args:
        known: judgements about the mentions of both; where one lies between the two sides, that pair is judged.

    Raises:
        BadQuestion: no reason is given, both are the same record, or their classes have nothing in common.
    """
    _reasoned(because)
    a, b = _pair(left, right, known)
    if a == b or (left.entity.id == right.entity.id and left.record is None and right.record is None):
        raise BadQuestion(
            f"Both are one entity already: {left.entity.title} ({left.entity.id}).",
            do="Name two of its records (`knockon resolve why ENTITY` lists them), or use `knockon resolve split`.",
        )
    if verdict is Verdict.SAME:
        _of_one_kind(ontology, left.entity, right.entity)
    return (_statement(a, b, verdict, because, author),)


def split(entity: EntityState, apart: Sequence[str], *, because: str, author: str) -> tuple[Statement, ...]:
    """The statements that take some records out of an entity: different from all others, the same among themselves.

    Raises:
        BadQuestion: a record is not of this entity, all or none are named, or it would take too many statements.
    """
    _reasoned(because)
    named: list[str] = []
    for record in apart:
        found = [m for m in entity.mentions if record in (m, record_of(m))]
        if not found:
            raise BadQuestion(
                f"{record!r} is not a record of {entity.title} ({entity.id}).",
                do=f"Its records: {', '.join(entity.mentions[:12])}{' …' if len(entity.mentions) > 12 else ''}.",
            )
        named += [m for m in found if m not in named]
    rest = [m for m in entity.mentions if m not in named]
    if not named or not rest:
        raise BadQuestion(
            "A split needs some of the records on either side.",
            do="Name those that are another thing; leave at least one out.",
        )
    if len(named) * len(rest) > MOST:
        raise BadQuestion(
            f"That would take {len(named) * len(rest):,} judgements.",
            do="Split off a few records at a time, or set the two records apart that hold it together: "
            "`knockon resolve why ENTITY` names the weakest link.",
        )
    said = [_statement(a, b, Verdict.DIFFERENT, because, author) for a in named for b in rest]
    for part in (named, rest):  # what a third record held together goes on together
        said += [_statement(a, b, Verdict.SAME, because, author) for a, b in pairwise(part)]
    return tuple(said)


def _pair(left: Side, right: Side, known: Sequence[JudgementState]) -> tuple[str, str]:
    ours, theirs = set(left.mentions), set(right.mentions)
    if left.record is None or right.record is None:
        between = [j for j in known if (j.left in ours and j.right in theirs) or (j.left in theirs and j.right in ours)]
        between.sort(key=lambda j: (j.decided_by != "person", j.verdict != "unsure", -j.weight, j.id))
        if between:
            return between[0].left, between[0].right
    return _one(left), _one(right)


def _one(side: Side) -> str:
    held = side.mentions
    if side.record is None:
        return side.entity.founding if side.entity.founding in held else min(held)
    return side.record if side.record in held else min(held)


def _of_one_kind(ontology: Ontology, one: EntityState, other: EntityState) -> None:
    kinds = [{n for c in e.classes for n in (c, *ontology.classes[c].ancestors)} for e in (one, other)]
    if not kinds[0] & kinds[1]:
        raise BadQuestion(
            f"{one.title} is a {' and '.join(one.classes)}, {other.title} a {' and '.join(other.classes)}: "
            "these cannot be one thing.",
            do="Name two things of one kind.",
        )


def _reasoned(because: str) -> None:
    if not because.strip():
        raise BadQuestion("--because is empty.", do="Say in a few words why; it is shown wherever the judgement is.")


def _statement(a: str, b: str, verdict: Verdict, because: str, author: str) -> Statement:
    left, right = sorted((a, b))
    return Statement(judgement_record(left, right), left, "identity", str(verdict), right, author, because)
