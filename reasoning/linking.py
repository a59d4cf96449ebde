"""Which entity a person means: by id, ``Class:key`` or name. Never a guess: what is not certain lists candidates."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from graph_engine.snapshot import COMPANY, COMPANY_ID, fold
from ontology.errors import Ambiguous, BadQuestion, NotFound
from ontology.ids import encode_key
from ontology.model import Datatype, PropertyDef
from ontology.values import native, parse
from reasoning.network import Network
from reasoning.results import Candidate
from reasoning.spellings import SCORE, Spellings
from reasoning.types import EntityRef

Hit = tuple[int, str, float]
"""An entity, why a text may mean it, and how surely."""

_MANY = 1000
_LOOKED_AT = 5
"""How many similar names are weighed word by word for each that is offered."""
_WORD = 76.0
"""Similarity that the words of a text must have with those of a name, on average by length, to be offered."""
_SPELT = 80.0
"""Similarity from which a whole name is offered, however its words are parted."""
_COMPARED = 500
"""Things of one name among which those that only carry another's name are looked for."""
_CARRIERS = ("Address", "Offer", "Stock")


class UnknownName(NotFound):
    """Nothing is called that; ``found`` lists what is called something like it."""

    def __init__(self, text: str, found: tuple[Candidate, ...]) -> None:
        self.found = found
        do = f"Did you mean {_listed(found)}?" if found else "`knockon search WORD` searches."
        super().__init__(f"Nothing in the graph is called {text!r}.", do=do)


class AmbiguousName(Ambiguous):
    """Several things are called that; ``found`` lists them."""

    def __init__(self, text: str, found: tuple[Candidate, ...]) -> None:
        self.found = found
        super().__init__(
            f"{text!r} may mean {len(found)} things: {_listed(found)}.",
            tuple(c.entity.id for c in found),
            do="Give the id, or Class:key.",
        )


def link(network: Network, text: str, *, to_class: str | None = None) -> EntityRef:
    """The one entity that a text names.

    In this order: an id (also of an entity that was merged into another); a record id ``source/table/key``;
    ``Class:text`` with a key of the class; exactly its name, ignoring case and accents (an order line that is called
    like its product gives way to it); a key, number or SKU with a digit in it that only one thing has; the beginning of
    one name only.

    Raises:
        NotFound: nothing has that name (``UnknownName.found`` lists similar ones).
        Ambiguous: several have (``AmbiguousName.found``).
        BadQuestion: ``to_class`` is no class.
    """
    text = text.strip()
    if to_class == COMPANY and network.snapshot.has_company:
        return _company(network, text)
    wanted = network.classes([to_class])[0] if to_class else None
    certain = _certain(network, text, wanted)
    if len(certain) == 1:
        return network.entity(certain[0][0])
    if certain:
        raise AmbiguousName(text, _told(network, certain))
    raise UnknownName(text, _told(network, _offered(network, text, wanted, 10)))


def _company(network: Network, text: str) -> EntityRef:
    """The company as a whole, which figures of all of it belong to."""
    if text.casefold() not in ("", "company", "the company", COMPANY_ID):
        raise NotFound(f"{text!r} is not the company as a whole.", do="Write `company`.")
    return network.entity(network.snapshot.size)


def candidates(network: Network, text: str, limit: int = 10) -> tuple[Candidate, ...]:
    """Entities that a text may mean, best first: those that :func:`link` would be certain of, then similar names."""
    certain = _certain(network, text.strip(), None)
    if len(certain) >= limit:  # as for most beginnings of a name: nothing similar would be listed
        return _told(network, certain[:limit])
    known = {i for i, *_ in certain}
    similar = _offered(network, text.strip(), None, limit + len(known))
    return _told(network, [*certain, *(hit for hit in similar if hit[0] not in known)][:limit])


def _certain(network: Network, text: str, wanted: str | None) -> list[Hit]:
    if not text:
        return []
    at = network.snapshot.find(text)
    if at is not None and _fits(network, at, wanted):
        return [(at, "id" if network.snapshot.entity_id(at) == text else "former id", 1.0)]
    if text.count("/") >= 2 and (code := network.snapshot.record_code(text)) is not None:
        found = _described(network, [code], wanted)
        if found:
            return [(i, "record", 1.0) for i in found]
    class_name, rest = _split(network, text, wanted)
    if class_name is not None:
        keyed = _by_key(network, class_name, rest)
        if keyed:
            return keyed
    keyed = _by_any_key(network, text) if class_name is None else []
    if named := _named(network, fold(rest), class_name, whole=True):
        with_key = {i for i, *_ in keyed}
        own = [i for i in named if i in with_key]
        meant = own or own_names(network, named, lambda i: not _is_carrier(network, i))
        return [(i, "name", 1.0) for i in meant]
    if keyed:
        return keyed
    begins = _named(network, fold(rest), class_name, whole=False)
    return [(i, "name begins so", 0.9) for i in begins]


def _split(network: Network, text: str, wanted: str | None) -> tuple[str | None, str]:
    before, colon, after = text.partition(":")
    if colon and after.strip():
        try:
            return network.classes([before])[0], after.strip()
        except BadQuestion:
            pass
    return wanted, text


def _by_key(network: Network, class_name: str, key: str) -> list[Hit]:
    """Members of a class with a record of that key in any table, or with that value of an identifying property."""
    found: dict[int, str] = {}
    found.update((i, "key") for i in _described(network, _record_codes(network, key), class_name))
    for name in network.ontology.subclasses(class_name):
        for prop in network.ontology.classes[name].identifying:
            found.update((i, prop.label) for i in _with_value(network, name, prop, key))
    ordered = sorted(found.items(), key=lambda item: int(network.rank[item[0]]))
    return [(i, why, 1.0) for i, why in ordered]


def _by_any_key(network: Network, key: str) -> list[Hit]:
    """Things of any class that have a text with a digit in it as their key, number or SKU."""
    if not any(c.isdigit() for c in key):
        return []
    found = dict.fromkeys(_described(network, _record_codes(network, key), None), "key")
    for name, definition in sorted(network.ontology.classes.items()):
        for prop in definition.identifying:
            for i in _with_value(network, name, prop, key):
                found.setdefault(i, prop.label)
    meant = own_names(network, sorted(found, key=lambda i: int(network.rank[i])), lambda i: not _is_carrier(network, i))
    return [(i, found[i], 1.0) for i in meant]


def own_names(network: Network, entities: Sequence[int], standing: Callable[[int], int]) -> tuple[int, ...]:
    """Candidates of one name without those of less standing that are tied to another: they only carry its name."""
    if not 1 < len(entities) <= _COMPARED:
        return tuple(entities)
    inside, weight = frozenset(entities), {i: standing(i) for i in entities}
    carried: set[int] = set()
    for name in network.snapshot.relations:
        edges = network.snapshot.relation(name)
        for one in entities:
            for row in edges.out.of(one).tolist():
                other = int(edges.target[row])
                if other in inside and weight[other] != weight[one]:
                    carried.add(min(one, other, key=weight.__getitem__))
    return tuple(i for i in entities if i not in carried)


def _is_carrier(network: Network, entity: int) -> bool:
    """Whether a thing has its title from another: a line, an offer, stock, an address."""
    return any(n.endswith("Line") or n in _CARRIERS for n in network.snapshot.classes(entity))


def _with_value(network: Network, class_name: str, prop: PropertyDef, text: str) -> list[int]:
    try:
        wanted = native(prop, parse(prop, text))
    except ValueError:
        return []
    column = network.snapshot.column(class_name, prop.name)
    if column.dictionary is not None:
        code = column.code_of(str(wanted))
        hits = np.zeros(0, dtype=np.int64) if code is None else np.flatnonzero(column.values == code)
    elif prop.datatype in (Datatype.INTEGER, Datatype.DECIMAL):
        hits = np.flatnonzero(column.values == wanted)
    else:
        return []
    if column.offsets is not None:
        hits = np.searchsorted(column.offsets, hits, side="right") - 1
    found: list[int] = network.snapshot.members(class_name)[hits[~column.null[hits]]].tolist()
    return found


def _described(network: Network, codes: Sequence[int], wanted: str | None) -> list[int]:
    _, entities = network.snapshot.described_by(np.array(codes, dtype=np.int32))
    found = {i for i in entities.tolist() if _fits(network, i, wanted)}
    return sorted(found, key=lambda i: int(network.rank[i]))


def _named(network: Network, folded: str, class_name: str | None, *, whole: bool) -> list[int]:
    """Entities whose folded name is (or, not ``whole``, begins with) a text; at most ``_MANY``."""
    names = network.snapshot.names
    at = names.lower_bound(folded)
    found: list[int] = []
    while folded and at < len(names) and len(found) < _MANY:
        name: str = names[at]
        if not (name == folded if whole else name.startswith(folded)):
            break
        entity = int(network.snapshot.name_entities[at])
        if _fits(network, entity, class_name):
            found.append(entity)
        at += 1
    return sorted(found, key=lambda i: int(network.rank[i]))


def _offered(network: Network, text: str, wanted: str | None, limit: int) -> list[Hit]:
    """What a text may mean that names nothing: things with that key in some table, then similar names."""
    keyed = _described(network, _record_codes(network, text), wanted)
    similar = _similar(network, *_split(network, text, wanted), limit)
    known = set(keyed)
    return [*((i, "key", 0.95) for i in keyed[:limit]), *(hit for hit in similar if hit[0] not in known)][:limit]


def _record_codes(network: Network, key: str) -> list[int]:
    """Records with that key in any table."""
    readings = {encode_key(key.split("|")), encode_key([key])}  # a key of several columns, or one that holds a bar
    codes = [network.snapshot.record_code(t + k) for t in network.snapshot.record_tables() for k in sorted(readings)]
    return [c for c in codes if c is not None]


def _similar(network: Network, class_name: str | None, text: str, limit: int) -> list[Hit]:
    from rapidfuzz import fuzz, process

    owners = network.snapshot.name_entities
    # Each name once: a hundred messages of one subject leave room for others.
    spellings = network.spellings(lambda: Spellings([_spelt(name) for name in network.snapshot.names], owners))
    among = None if class_name is None else np.isin(owners, network.snapshot.members(class_name))
    wanted = _spelt(fold(text))
    compared = spellings.candidates(wanted, among).tolist()
    matches = process.extract(
        wanted, [spellings.texts[i] for i in compared], scorer=fuzz.WRatio, score_cutoff=SCORE,
        limit=limit * _LOOKED_AT,
    )  # fmt: skip
    ranked = sorted(
        (
            (
                -fuzz.token_set_ratio(wanted, name),
                _says_more(network, own),
                -fuzz.token_sort_ratio(wanted, name),
                -score,
                own,
            )
            for name, score, at in matches
            if _alike(wanted, name)
            for own in spellings.owners(compared[at], among, limit)
        ),
        key=lambda r: (*r[:4], int(network.rank[r[4]])),
    )
    return [(own, "similar name", -score / 100.0) for *_, score, own in ranked[:limit]]


def _says_more(network: Network, entity: int) -> bool:
    """Whether a thing's title is another's name or a text: it is offered after things of that name."""
    return _is_carrier(network, entity) or bool({"Passage", "Message"} & set(network.snapshot.classes(entity)))


def _alike(text: str, name: str) -> bool:
    """Whether the words of a text are (nearly) in a name: what merely shares letters with it is noise."""
    from rapidfuzz import fuzz

    if fuzz.ratio(text.replace(" ", ""), name.replace(" ", "")) >= _SPELT:
        return True
    held, total, size = name.split(), 0.0, 0
    for word in text.split():
        inside = len(word) > 3 and word in name
        total += len(word) * (100.0 if inside else max((fuzz.ratio(word, one) for one in held), default=0.0))
        size += len(word)
    return size > 0 and total / size >= _WORD


def _spelt(folded: str) -> str:
    """A name as it is compared: umlauts written out (``mueller``) and without their dots (``muller``) are one."""
    return folded.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def _fits(network: Network, entity: int, wanted: str | None) -> bool:
    if entity == network.snapshot.size:  # the company as a whole is no thing in the graph
        return False
    return wanted is None or network.snapshot.is_a(entity, wanted)


def _told(network: Network, hits: Sequence[Hit]) -> tuple[Candidate, ...]:
    return tuple(Candidate(network.entity(i), why, score) for i, why, score in hits)


def _listed(found: Sequence[Candidate]) -> str:
    shown = ", ".join(f"{c.entity.title} ({c.entity.class_name}, {c.entity.id})" for c in found[:5])
    return shown + (f" and {len(found) - 5} more" if len(found) > 5 else "")
