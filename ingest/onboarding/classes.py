"""Which class of the ontology the rows of a table are: by the table's name, its columns, and what it leads to."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ingest.onboarding.model import KeyProposal, Kind, Reference, TableProfile
from ingest.onboarding.names import likeness, words
from ontology.model import ClassDef, Ontology, Role
from validation.constraints import MinCount
from validation.paths import Predicate
from validation.shape_model import Severity, TargetClass
from validation.shapes import load_shapes

SURE = 0.55
ANSWERED = "as you said"
"""The reason of a class that a person named."""
POSSIBLE = 0.4
_LISTED = 5
_EMPTY_WORDS = frozenset(
    {
        "master",
        "data",
        "table",
        "export",
        "list",
        "tbl",
        "all",
        "my",
        "header",
        "head",
        "of",
        "the",
        "for",
        "and",
        "file",
        "dump",
        "record",
        "overview",
        "report",
        "sheet",
        "dim",
        "fact",
        "dbo",
        "public",
        "entry",
        "history",
        "new",
        "old",
        "current",
    }
)
_HEAD_WORDS = frozenset(
    {
        "line",
        "item",
        "detail",
        "category",
        "group",
        "type",
        "kind",
        "status",
        "price",
        "cost",
        "rate",
        "text",
        "history",
        "log",
        "note",
        "address",
        "contact",
        "phone",
        "email",
        "message",
        "reason",
        "model",
    }
)
"""Words that turn a name into something else: an order line is no order."""


@dataclass(frozen=True, slots=True)
class ClassProposal:
    """A class for a table's rows."""

    table: str
    name: str | None
    """None: nothing fits well enough."""
    score: float
    reason: str
    named: float = 0.0
    """How much the table's name alone says so."""
    alternatives: tuple[tuple[str, float], ...] = ()
    """Other classes that are possible, best first."""


@dataclass(frozen=True, slots=True)
class Form:
    """A way that a class is called."""

    words: tuple[str, ...]
    weight: float
    text: str


class _ByDigest:
    """An ontology that can be a key: two with one digest are equal."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology

    def __hash__(self) -> int:
        return hash(self.ontology.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByDigest) and other.ontology.digest == self.ontology.digest


def class_forms(ontology: Ontology) -> Mapping[str, tuple[Form, ...]]:
    """Every way that each class is called: name and labels count most, synonyms less."""
    return _class_forms(_ByDigest(ontology))


def required(ontology: Ontology) -> Mapping[str, frozenset[str]]:
    """Properties and relations (by name) without which things of a class must not enter, as the shipped shapes say."""
    return _required(_ByDigest(ontology))


def roles_of(ontology: Ontology) -> Mapping[str, Mapping[str, Role]]:
    """The roles of every class, by name."""
    return _roles_of(_ByDigest(ontology))


@lru_cache(maxsize=4)
def _roles_of(key: _ByDigest) -> Mapping[str, Mapping[str, Role]]:
    return {name: key.ontology.roles(name) for name in key.ontology.classes}


@lru_cache(maxsize=4)
def _class_forms(key: _ByDigest) -> Mapping[str, tuple[Form, ...]]:
    ontology = key.ontology
    found: dict[str, tuple[Form, ...]] = {}
    for name, definition in ontology.classes.items():
        forms: dict[tuple[str, ...], Form] = {}
        for text, weight in (
            *((t, 1.0) for t in (name, definition.label, definition.plural, *definition.labels.values())),
            *((t, 0.93) for t in definition.synonyms),
        ):
            said = tuple(w for w in words(text) if w not in ("of", "the", "for", "entry")) or words(text)
            if said:
                forms.setdefault(said, Form(said, weight, text))
        found[name] = tuple(forms.values())
    return found


@lru_cache(maxsize=4)
def _required(key: _ByDigest) -> Mapping[str, frozenset[str]]:
    ontology = key.ontology
    shapes = load_shapes(ontology)
    iris = {c.iri: c.name for c in ontology.classes.values()}
    relations = {r.iri: r.name for r in ontology.relations.values()}
    found: dict[str, set[str]] = {}
    for shape in shapes.targeted():
        owners = [iris[t.cls] for t in shape.targets if isinstance(t, TargetClass) and t.cls in iris]
        for part in shapes.nested(shape):
            if part.level is not Severity.VIOLATION or not isinstance(part.path, Predicate):
                continue
            if any(isinstance(c, MinCount) and c.count > 0 for c in part.constraints):
                local = relations.get(str(part.path.iri))
                for owner in owners:
                    if local is not None:
                        found.setdefault(owner, set()).add(local)
                    else:
                        names = [
                            p.name for p in ontology.classes[owner].properties.values() if p.iri == str(part.path.iri)
                        ]
                        found.setdefault(owner, set()).update(names)
    return {name: frozenset(parts) for name, parts in found.items()}


def name_score(title: tuple[str, ...], forms: Iterable[Form]) -> tuple[float, str]:
    """How much a table's name says that it holds things called so."""
    best, why = 0.0, ""
    for form in forms:
        if title == form.words:
            score, reason = form.weight, f"the table is called {form.text!r}"
        elif len(title) > len(form.words) and title[-len(form.words) :] == form.words:
            score, reason = form.weight * (0.9 if len(form.words) > 1 else 0.78), f"its name ends with {form.text!r}"
        elif len(title) > len(form.words) and title[: len(form.words)] == form.words and title[-1] not in _HEAD_WORDS:
            score, reason = form.weight * 0.42, f"its name begins with {form.text!r}"
        elif sorted(title) == sorted(form.words):
            score, reason = form.weight * 0.9, f"the table is called {form.text!r}"
        else:
            score = likeness(title, form.words) * 0.6 * form.weight
            reason = f"its name is like {form.text!r}"
            if title[-1:] != form.words[-1:]:
                score *= 0.75
        if score > best:
            best, why = score, reason
    return best, why


def titles_of(table: TableProfile) -> list[tuple[str, ...]]:
    """The names that a table goes by: all of its words, and for a sheet or list its own name."""
    found = []
    for text in (table.read.explode and f"{table.title}", table.read.sheet, table.title):
        if not text:
            continue
        said = words(text)
        plain = tuple(w for w in said if w not in _EMPTY_WORDS)
        for form in (said, plain):
            if form and form not in found:
                found.append(form)
    if table.read.explode is not None:
        own = words(table.read.explode.rsplit(".", 1)[-1])
        if own and own not in found:
            found.append(own)
    return found


def propose_class(
    table: TableProfile,
    references: Iterable[Reference],
    known: Mapping[str, str],
    ontology: Ontology,
    fits: Callable[[str], float],
) -> ClassProposal:
    """The class of a table's rows, or none.

    ``known``: classes of other tables as far as they are known; ``fits``: for a class, the share of the columns that
    its properties explain, in [0, 1].
    """
    leads = [known[r.to] for r in references if r.table == table.name and r.to in known and r.to != table.name]
    told = [known[r.table] for r in references if r.to == table.name and r.table in known and r.table != table.name]
    names = titles_of(table)
    scored: list[tuple[float, str, str]] = []
    plain: dict[str, float] = {}
    for name, forms in class_forms(ontology).items():
        named, why = max((name_score(title, forms) for title in names), default=(0.0, ""))
        roles = roles_of(ontology)[name]
        made = _made_of(name, leads, ontology) if named < 0.7 else 0.0
        if made:
            named, why = made, f"its rows lead to what {ontology.classes[name].plural} are made of"
        if name == "Customer" and named < 0.7 and _buys(names, told, ontology):
            named, why = 0.85, "orders and the like lead to it, so its people are customers"
        if named < 0.25:
            continue
        plain[name] = named
        met = sum(any(_fits(ontology, r.target, lead) for r in roles.values() if not r.inverse) for lead in leads)
        met += sum(any(_fits(ontology, r.target, lead) for r in roles.values() if r.inverse) for lead in told)
        met_share = met / (len(leads) + len(told)) if leads or told else 0.5
        needed = [r for r in required(ontology).get(name, ()) if r in ontology.relations]
        lacking = sum(not any(_fits(ontology, ontology.relations[r].target, lead) for lead in leads) for r in needed)
        score = 0.62 * named + 0.25 * fits(name) + 0.13 * met_share - 0.12 * (lacking if leads else 0)
        if named >= 0.99:
            score += 0.15
        scored.append((score, name, why))
    if any(c.unique and c.listed == "country" for c in table.columns) and table.rows >= _LISTED:
        scored = [(s, n, w) for s, n, w in scored if n != "Country"]
        scored.append((0.9, "Country", "each row has a country's code (ISO 3166)"))
        plain["Country"] = 0.9
    scored.sort(key=lambda s: (-s[0], len(ontology.classes[s[1]].ancestors), s[1]))
    if not scored or scored[0][0] < POSSIBLE:
        return ClassProposal(
            table.name,
            None,
            scored[0][0] if scored else 0.0,
            "no class is called anything like it",
            0.0,
            _others(scored),
        )
    score, name, why = scored[0]
    share = fits(name)
    reason = f"{why}; {share:.0%} of its columns fit" if share else why
    if score < SURE:
        return ClassProposal(table.name, None, score, reason, plain[name], _others(scored))
    return ClassProposal(table.name, name, score, reason, plain[name], _others(scored[1:]))


_PEOPLE = frozenset({"user", "member", "guest", "patron", "subscriber", "account", "people", "person", "contact"})


def _buys(titles: Iterable[tuple[str, ...]], told: Iterable[str], ontology: Ontology) -> bool:
    """Whether a table of people by no certain name is what tables lead to whose things have a customer."""
    if not any(len(title) == 1 and title[0] in _PEOPLE for title in titles):
        return False
    return any(
        role.target == "Customer" and not role.inverse
        for name in told
        if name in ("Order", "Invoice", "Subscription", "Return", "Contract")
        for role in roles_of(ontology)[name].values()
    )


def holds_people(table: TableProfile) -> bool:
    """Whether a table is called like people, or has an address of each: users, members, contacts."""
    called = any(title[-1] in _PEOPLE for title in titles_of(table))
    return called or any(c.kind is Kind.EMAIL and c.share > 0.9 for c in table.columns)


def _made_of(name: str, leads: list[str], ontology: Ontology) -> float:
    """How surely a class is what lies between the things that a table leads to: an offer, between supplier and part."""
    distinct = list(dict.fromkeys(leads))
    if len(leads) < 2:
        return 0.0
    forward = [r for r in roles_of(ontology)[name].values() if not r.inverse]
    needed = [ontology.relations[r] for r in required(ontology).get(name, ()) if r in ontology.relations]
    if (
        len(distinct) >= 2
        and len(needed) >= 2
        and all(any(_fits(ontology, r.target, lead) for lead in distinct) for r in needed)
    ):
        all_of_them = all(any(_fits(ontology, r.target, lead) for r in forward) for lead in distinct)
        return 0.72 if len({r.target for r in needed}) >= 2 and all_of_them else 0.0
    if len(leads) >= 3 and len(forward) == len(leads):
        whole = any(
            all(_fits(ontology, role.target, lead) for role, lead in zip(order, leads, strict=True))
            for order in itertools.permutations(forward)
        )
        return 0.85 if whole else 0.0
    return 0.0


def _others(scored: list[tuple[float, str, str]]) -> tuple[tuple[str, float], ...]:
    return tuple((name, round(score, 2)) for score, name, _ in scored[:3] if score >= 0.3)


def _fits(ontology: Ontology, wanted: str, given: str) -> bool:
    return wanted in ontology.classes and (ontology.is_a(given, wanted) or ontology.is_a(wanted, given))


def lookup_class(table: TableProfile, key: KeyProposal | None) -> bool:
    """Whether a table is a short list of codes and names, which any category is."""
    columns = [c for c in table.columns if c.kind not in (Kind.UUID, Kind.DATE, Kind.DATETIME, Kind.EMPTY)]
    texts = [c for c in columns if c.kind is Kind.TEXT]
    people = any(c.kind is Kind.EMAIL for c in columns) or any(set(title) & _PEOPLE for title in titles_of(table))
    few = 2 <= len(columns) <= 3 and table.rows <= 500 and not people
    return key is not None and len(key.columns) == 1 and few and bool(texts)


def is_party(definition: ClassDef) -> bool:
    """Whether a class is a person or an organisation."""
    return definition.name == "Party" or "Party" in definition.ancestors
