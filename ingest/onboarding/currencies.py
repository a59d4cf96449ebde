"""Which currency an amount is in: what its heading, its values or a column beside it say; never one for the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.onboarding.columns import PropertyProposal, Value
from ingest.onboarding.further import Further
from ingest.onboarding.model import ColumnProfile, Kind, TableProfile
from ingest.onboarding.money import CODES, MARKS, SHOWN
from ingest.onboarding.names import words
from ingest.onboarding.proposed import Answers, Option, Question, TableProposal
from ontology.model import Ontology


def is_currency_column(column: ColumnProfile) -> bool:
    """Whether a column says in which currency the amounts of its row are."""
    if column.listed == "currency":
        return True
    named = column.named and bool({"currency", "wkz", "ccy", "curr"} & set(words(column.name)))
    return named and bool(column.examples) and all(e.upper() in CODES or e in MARKS for e in column.examples)


@dataclass(frozen=True, slots=True)
class Currencies:
    """Tables whose amounts have their currency, and what is left to say."""

    tables: tuple[TableProposal, ...]
    project: str | None
    """Of amounts of which nothing is said anywhere near; None: nobody says any."""
    sources: Mapping[str, str]
    """Source → currency of what does not say its own, where that is not the project's."""
    questions: tuple[Question, ...]


def with_currencies(tables: Sequence[TableProposal], ontology: Ontology, answers: Answers) -> Currencies:
    """Each amount with the currency that its own column, its table or its source says; doubts as questions."""
    done: list[TableProposal] = []
    questions: list[Question] = []
    for t in tables:
        if t.left_out or t.known is not None:
            done.append(t)
            continue
        settled, asked = _of_table(t, ontology, answers)
        done.append(settled)
        questions += asked
    said = {t.table.name: _said(t.table) for t in done}
    everywhere = Counter(c for counts in said.values() for c in counts)
    project = answers.get("currency") or _most(everywhere)
    sources: dict[str, str] = {}
    for source in dict.fromkeys(t.table.source for t in done):
        own = Counter(c for t in done if t.table.source == source for c in said[t.table.name])
        silent = [t for t in done if t.table.source == source and _is_silent(t, ontology)]
        chosen = answers.get(f"currency-of:{source}") or _most(own) or project
        if chosen is not None and chosen != project:
            sources[source] = chosen
        if silent and chosen is not None and (len(own) > 1 or (not own and len(everywhere) > 1)):
            questions.append(_of_source(source, silent, own or everywhere, chosen))
    return Currencies(tuple(done), project, sources, tuple(questions))


def _most(counts: Counter[str]) -> str | None:
    return max(counts, key=lambda c: (counts[c], c)) if counts else None


def _said(table: TableProfile) -> set[str]:
    """Every currency that a table's headings and values name."""
    found = {c for column in table.columns for c in _of_column(column)}
    for column in table.columns:
        if is_currency_column(column) and column.distinct <= 3:
            found |= {MARKS.get(e, e.upper()) for e in column.examples}
    return found & set(CODES)


def _of_column(column: ColumnProfile) -> tuple[str, ...]:
    if column.kind not in (Kind.DECIMAL, Kind.INTEGER):
        return ()
    return column.currencies or ((column.currency,) if column.currency is not None else ())


def _of_table(t: TableProposal, ontology: Ontology, answers: Answers) -> tuple[TableProposal, list[Question]]:
    questions: list[Question] = []
    if t.class_.name is not None:
        properties, refused, asked = _completed(t, t.class_.name, t.properties, ontology, answers)
        questions += asked
        t = replace(t, properties=properties, refused={**t.refused, **refused})
    further: list[Further] = []
    for f in t.further:
        properties, refused, asked = _completed(t, f.class_name, f.properties, ontology, answers)
        questions += [q for q in asked if q.id not in {o.id for o in questions}]
        further.append(replace(f, properties=properties))
        t = replace(t, refused={**t.refused, **refused})
    return replace(t, further=tuple(further)), questions


def _completed(
    t: TableProposal, class_name: str, properties: tuple[PropertyProposal, ...], ontology: Ontology, answers: Answers
) -> tuple[tuple[PropertyProposal, ...], dict[str, str], list[Question]]:
    """The properties of one thing with their currency beside them."""
    definitions = ontology.classes[class_name].properties
    money = [p for p in properties if definitions[p.name].currency is not None]
    siblings = {definitions[p.name].currency for p in money}
    if not money or len(siblings) != 1:
        return properties, {}, []
    sibling = siblings.pop()
    assert sibling is not None
    columns = {p.column: t.table.column(p.column) for p in money}
    said = {name: _of_column(column) for name, column in columns.items() if _of_column(column)}
    given = next((p for p in properties if p.name == sibling), None)
    if (
        given is None
        and (beside := _beside(t, set(columns))) is not None
        and not any(len(s) > 1 for s in said.values())
    ):
        given = PropertyProposal(sibling, beside.name, _upper(beside), 0.9, "it says each row's currency")
        properties = (*properties, given)
    if not said:
        return properties, {}, []
    if given is not None:
        return _contradicted(t, properties, said, given, answers)
    named = sorted({c for currencies in said.values() for c in currencies})
    marked = next((columns[n] for n in said if len(columns[n].currencies) > 0), None)
    if marked is not None and len(said) == 1:
        reason = f"it stands beside the numbers in {marked.name}"
        return (*properties, PropertyProposal(sibling, marked.name, _from_marks(marked), 0.9, reason)), {}, []
    if len(named) == 1:
        where = ", ".join(said)
        return (*properties, _constant(sibling, named[0], next(iter(said)), f"{where}: it says so")), {}, []
    return _chosen(t, properties, said, sibling, answers)


def _contradicted(
    t: TableProposal,
    properties: tuple[PropertyProposal, ...],
    said: Mapping[str, tuple[str, ...]],
    given: PropertyProposal,
    answers: Answers,
) -> tuple[tuple[PropertyProposal, ...], dict[str, str], list[Question]]:
    """A column that names currencies is believed; where a heading says another one, it is asked."""
    column = t.table.column(given.column)
    there = {MARKS.get(e, e.upper()) for e in column.examples}
    others = {c: n for n, currencies in said.items() for c in currencies if c not in there}
    if column.distinct > len(column.examples) or not others:
        return properties, {}, []
    identity = f"currency:{t.table.name}"
    heading = next(iter(others))
    question = Question(
        identity,
        f"{others[heading]!r} in {t.table.title!r} says {heading}, {column.name!r} {', '.join(sorted(there))}: "
        "which is right?",
        (Option("column", f"{column.name}, row by row"), Option(heading, f"{heading}, for all rows")),
        "column",
        "Nothing is converted.",
        (f"{others[heading]}: {', '.join(t.table.column(others[heading]).examples)}",),
        50.0,
    )
    if answers.get(identity) == heading:
        kept = tuple(p for p in properties if p is not given)
        return (*kept, _constant(given.name, heading, others[heading], "as you said")), {}, [question]
    return properties, {}, [question]


def _chosen(
    t: TableProposal,
    properties: tuple[PropertyProposal, ...],
    said: Mapping[str, tuple[str, ...]],
    sibling: str,
    answers: Answers,
) -> tuple[tuple[PropertyProposal, ...], dict[str, str], list[Question]]:
    """One thing has one currency: amounts in another stay out, and which is asked."""
    counts = Counter(c for currencies in said.values() for c in currencies)
    identity = f"currency:{t.table.name}"
    options = [c for c, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    answer = answers.get(identity)
    chosen = answer if answer is not None and answer in counts else options[0]
    out = {n: c for n, c in said.items() if c != (chosen,)}
    kept = tuple(p for p in properties if p.column not in out)
    refused = {
        n: f"it is in {' and '.join(c)}, the other amounts in {chosen}; nothing is converted" for n, c in out.items()
    }
    inside = next(n for n in said if n not in out) if len(out) < len(said) else next(iter(said))
    question = Question(
        identity,
        f"Amounts in {t.table.title!r} are in {' and '.join(options)}. Which should be read?",
        tuple(Option(c, f"{c}: {', '.join(n for n, s in said.items() if c in s)}") for c in options),
        options[0],
        "The others are left out; nothing is converted.",
        tuple(f"{n}: {', '.join(t.table.column(n).examples)}" for n in list(said)[:3]),
        45.0,
    )
    if len(out) == len(said):
        return kept, refused, [question]
    return (*kept, _constant(sibling, chosen, inside, f"{inside}: it says so")), refused, [question]


def _constant(sibling: str, currency: str, column: str, reason: str) -> PropertyProposal:
    return PropertyProposal(sibling, column, Value(const=currency), 0.8, reason)


def _beside(t: TableProposal, money: set[str]) -> ColumnProfile | None:
    """The one column that names currencies and that nothing else reads."""
    found = [c for c in t.table.columns if is_currency_column(c) and c.name not in t.used | money]
    return found[0] if len(found) == 1 else None


def _upper(column: ColumnProfile) -> Value:
    return Value(column.name, transforms=() if all(e == e.upper() for e in column.examples) else ("trim", "upper"))


def _from_marks(column: ColumnProfile) -> Value:
    """The mark in each value; where a column has one kind of mark only, a number without any is in that, too."""
    quoted = '"' + column.name.replace('"', '""') + '"'
    whens = " ".join(f"WHEN '{mark}' THEN '{code}'" for mark, code in MARKS.items())
    bare = f"'{column.currencies[0]}'" if len(column.currencies) == 1 else "NULL"
    shown = f"regexp_extract(upper({quoted}), '{SHOWN}')"
    return Value(sql=f"CASE {shown} {whens} WHEN '' THEN {bare} ELSE {shown} END")


def _is_silent(t: TableProposal, ontology: Ontology) -> bool:
    """Whether a table has amounts of which nothing says the currency."""
    if t.left_out or t.known is not None:
        return False
    parts = [(t.class_.name, t.properties), *((f.class_name, f.properties) for f in t.further)]
    for name, properties in parts:
        if name is None:
            continue
        definitions = ontology.classes[name].properties
        given = {p.name for p in properties}
        if any(definitions[p.name].currency not in (None, *given) for p in properties):
            return True
    return False


def _of_source(source: str, silent: Sequence[TableProposal], seen: Counter[str], chosen: str) -> Question:
    options = list(dict.fromkeys((chosen, *(c for c, _ in seen.most_common(3)))))
    names = ", ".join(t.table.title for t in silent[:3])
    called = f" of {source}" if source else ""
    return Question(
        f"currency-of:{source}",
        f"In which currency are the amounts{called} that don't say so ({names})?",
        tuple(Option(c, c) for c in options),
        chosen,
        f"Other tables say {' and '.join(c for c in options)}.",
        weight=60.0,
    )
