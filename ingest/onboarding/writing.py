"""The proposal as files: a mapping for each source with the reasons as comments, and ``knockon.yaml``."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.adapters.spec import ReadSpec
from ingest.onboarding.called import second_name
from ingest.onboarding.columns import Value
from ingest.onboarding.further import Further
from ingest.onboarding.papers import mapping_lines
from ingest.onboarding.proposed import Proposal, TableProposal
from ingest.onboarding.roles import LinkProposal, RelationProposal
from ingest.onboarding.slugs import slug

_PLAIN = re.compile(r"[A-Za-z_À-ÿ][\w À-ÿ./-]*")
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "none", "y", "n", "~"})


PROPOSED_SHAPES = "shapes/proposed.ttl"


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file to be written."""

    path: Path
    text: str


def files_of(proposal: Proposal, project: Path, company: str) -> list[WrittenFile]:
    """What ``knockon init`` writes below the project folder."""
    where = _places(proposal)
    sources: dict[str, list[TableProposal]] = {}
    for t in proposal.tables:
        sources.setdefault(where[t.table.name], []).append(t)
    files = []
    for source, tables in sources.items():
        if any(not t.left_out for t in tables):
            path = project / "mappings" / f"{source}.yaml"
            files.append(WrittenFile(path, _mapping(source, tables, proposal, path.parent, where)))
    if proposal.papers:
        name = _free("documents", set(sources))
        path = project / "mappings" / f"{name}.yaml"
        files.append(WrittenFile(path, _papers(name, proposal, path.parent)))
    if proposal.shape_rules:
        files.append(WrittenFile(project / PROPOSED_SHAPES, proposal.shapes))
    files.append(WrittenFile(project / "knockon.yaml", _settings(proposal, company)))
    return files


def _places(proposal: Proposal) -> dict[str, str]:
    """The source of each table: that of its folder; for links between tables of other sources, that of the first."""
    where = {t.table.name: source_name(t.table.source, proposal.survey.folder) for t in proposal.tables}
    for t in proposal.tables:
        if (
            t.link is not None
            and not t.left_out
            and where[t.table.name] not in (where[t.link.start], where[t.link.end])
        ):
            where[t.table.name] = where[t.link.start]
    return where


def _free(name: str, taken: set[str]) -> str:
    return name if name not in taken else next(f"{name}_{n}" for n in range(2, 99) if f"{name}_{n}" not in taken)


def _papers(source: str, proposal: Proposal, place: Path) -> str:
    """The mapping of the documents."""
    lines = [
        "# What people wrote: found by `knockon init`, read whole and in passages, so that `knockon ask` can cite it.",
        "# Each table reads every file that fits `file`, also those that come later. docs/documents.md says more.",
        "",
        f"source: {source}",
        f"folder: {quoted(relative(proposal.survey.folder, place))}",
        f"timezone: {proposal.timezone or 'UTC'}",
        "priority: -1                 # where a table says the same of a thing, the table is right",
        "",
        "tables:",
        *mapping_lines(proposal.papers),
    ]
    return "\n".join(lines) + "\n"


def source_name(source: str, folder: Path) -> str:
    """The source as the first part of record ids."""
    return slug(source or folder.resolve().name, "files")


def _settings(proposal: Proposal, company: str) -> str:
    lines = [
        "# Made by `knockon init`; yours to change. docs/configuration.md says what else can stand here.",
        f"company: {quoted(company)}",
        "mappings: [mappings/*.yaml]",
    ]
    if proposal.currency:
        lines.append(f"currency: {proposal.currency}")
    lines.append(f"timezone: {proposal.timezone or 'UTC'}")
    if proposal.shape_rules:
        lines += [
            f"# {proposal.shape_rules} rules that all rows keep so far, as warnings; not in force while # is in front.",
            f"# See first: `knockon validate --shapes {PROPOSED_SHAPES} --dry-run`.",
            f"# shapes: [{PROPOSED_SHAPES}]",
        ]
    return "\n".join(lines) + "\n"


def _mapping(
    source: str,
    tables: Sequence[TableProposal],
    proposal: Proposal,
    place: Path,
    where: dict[str, str],
) -> str:
    lines = [
        f"# How the tables of {source} become things and relations: proposed by `knockon init`, yours to change.",
        "# Behind each # stands why; `knockon check` says if something does not fit. docs/mapping.md says more.",
        "",
        f"source: {source}",
        f"folder: {quoted(relative(proposal.survey.folder, place))}",
        f"timezone: {proposal.timezone or 'UTC'}                 # of times that carry no zone",
    ]
    currency = proposal.currencies.get(tables[0].table.source, proposal.currency)
    if currency:
        lines.append(f"currency: {currency}                 # of amounts that name none")
    all_ = sorted(set(where.values()))
    if len(all_) > 1:
        lines.append("priority: 0                   # where sources disagree about a thing, the highest number wins;")
        lines.append(f"                              # equal, as now: the first of {', '.join(all_)}")
    nulls = ["", "NULL", "N/A", "n/a", "#N/A", "-"]
    lines.append(f"nulls: [{', '.join(quoted(n, always=True) for n in nulls)}]")
    lines += ["", "tables:"]
    for t in tables:
        lines.append("")
        if t.left_out:
            lines.append(f"  # {t.table.name} ({t.table.read.file}, {t.table.rows:,} rows) is left out: {t.left_out}.")
            continue
        lines += list(_table(t, where, source))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def relative(folder: Path, place: Path) -> str:
    """The folder as seen from the mapping, where both lie in one tree; else where it is."""
    folder, place = folder.resolve(), place.resolve()
    try:
        common = Path(os.path.commonpath([folder, place]))
    except ValueError:
        return folder.as_posix()
    if len(common.parts) <= 2 and common != folder:
        return folder.as_posix()
    return Path(os.path.relpath(folder, place)).as_posix()


def _table(t: TableProposal, where: dict[str, str], source: str) -> Iterator[str]:
    yield f"  {t.table.name}:  # {t.table.rows:,} rows{' (a sample)' if t.table.sampled else ''}"
    yield f"    read: {_read(t.table.read)}"
    yield f"    mode: {t.mode}  # {_line(t.mode_reason)}"
    if t.key is not None:
        yield f"    key: [{', '.join(map(quoted, t.key.columns))}]  # {_line(t.key.reason)}"
    if t.link is not None:
        yield from _link(t.link, t, where, source)
        return
    if t.known is not None:
        yield from _of_system(t)
        return
    assert t.class_.name is not None
    yield f"    class: {t.class_.name}  # {_line(t.class_.reason)}"
    if t.table.drop_rows is not None:
        yield f"    when: {quoted(t.table.drop_rows)}  # rows that sum up others are left out"
    if t.same_as:
        inside = ", ".join(f"{_to(r.to, where, source)}: [{', '.join(_value(v) for v in r.key)}]" for r in t.same_as)
        yield f"    same_as: {{{inside}}}  # {_line(t.same_as[0].reason)}"
    if t.properties:
        yield "    properties:"
        for p in t.properties:
            yield f"      {quoted(p.name)}: {_value(p.value)}{_doubt(p.score, p.reason)}"
    elif t.class_.name == "Category":
        yield "    properties: {}"
    relations = [r for r in t.relations if r.to != "#country" or not _inside_address(t)]
    if relations:
        yield "    relations:"
        for r in relations:
            yield f"      {r.role}: {_relation(r, where, source)}  # {_line(r.reason)}"
    if t.further:
        yield "    also:"
        for f in t.further:
            yield from _further(f, t.table.name, where, source)
    yield from _rest(t)


def _of_system(t: TableProposal) -> Iterator[str]:
    """A table of a known system, as its template says."""
    assert t.known is not None
    template = t.known.template
    yield f"    # an export of {template.title}, recognised by its headings; made from {template.about},"
    yield "    # and not tried on a live export yet: look it over."
    for name, part in t.known.body.items():
        if name != "key":
            yield from _block(name, part, 4)


def _block(name: str, part: object, indent: int) -> Iterator[str]:
    front = " " * indent
    if (
        isinstance(part, Mapping)
        and part
        and any(isinstance(v, Mapping | list) for v in part.values())
        and name in ("properties", "relations", "also")
    ) or (isinstance(part, Mapping) and "class" in part):
        yield f"{front}{quoted(name)}:"
        for inner, value in part.items():
            yield from _block(str(inner), value, indent + 2)
    elif not (isinstance(part, Mapping) and not part):
        yield f"{front}{quoted(name)}: {_flow(part)}"


def _flow(part: object) -> str:
    if isinstance(part, Mapping):
        return "{" + ", ".join(f"{quoted(str(k))}: {_flow(v)}" for k, v in part.items()) + "}"
    if isinstance(part, list):
        return "[" + ", ".join(_flow(v) for v in part) + "]"
    return quoted(str(part))


def _inside_address(t: TableProposal) -> bool:
    return any(f.class_name == "Address" for f in t.further)


def _further(f: Further, table: str, where: dict[str, str], source: str) -> Iterator[str]:
    yield f"      {f.name}:  # {_line(f.reason)}"
    yield f"        class: {f.class_name}"
    yield f"        key: [{', '.join(_value(v) for v in f.key)}]"
    inside = ", ".join(f"{quoted(p.name)}: {_value(p.value)}" for p in f.properties)
    if f.same_as:
        yield f"        same_as: {{{table}: [{', '.join(map(quoted, f.same_as))}]}}"
    else:
        yield f"        properties: {{{inside}}}"
    if f.relations:
        yield "        relations:"
        for r in f.relations:
            yield f"          {r.role}: {_relation(r, where, source)}"


def _link(link: LinkProposal, t: TableProposal, where: dict[str, str], source: str) -> Iterator[str]:
    ends = (link.start, link.start_key), (link.end, link.end_key)
    own = where[link.start] == source  # rows of a relation start from a table of their own source
    (start, start_key), (end, end_key) = ends if own else ends[::-1]
    yield f"    relation:  # {_line(link.reason)}"
    yield f"      role: {link.role if own else link.inverse}"
    yield f"      from: {{{_to(start, where, source)}: [{', '.join(map(quoted, start_key))}]}}"
    yield f"      to: {{{_to(end, where, source)}: [{', '.join(map(quoted, end_key))}]}}"
    if link.properties:
        inside = ", ".join(f"{quoted(name)}: {_value(value)}" for name, value in link.properties)
        yield f"      properties: {{{inside}}}"
    if link.valid_from is not None:
        yield f"      valid_from: {_value(link.valid_from)}"
    if link.valid_to is not None:
        yield f"      valid_to: {_value(link.valid_to)}"
    if t.table.drop_rows is not None:
        yield f"      when: {quoted(t.table.drop_rows)}"
    yield from _rest(t)


def _rest(t: TableProposal) -> Iterator[str]:
    """Rules that could be put in force, and columns that the mapping does not read: nobody has to look for them."""
    if t.rules:
        yield "    # rules that every row keeps so far; take the # away from those that must hold:"
        yield "    # contract:"
        for rule in t.rules:
            inside = ", ".join(f"{name}: {value}" for name, value in rule.parts)
            yield f"    #   {quoted(rule.column)}: {{{inside}}}  # {_line(rule.evidence)}"
    notes = [f"{column}: {reason}" for column, reason in t.refused.items() if column not in t.used]
    for note in notes[:8]:
        yield f"    # not taken: {_line(note)}"
    for p in t.unsure[:6]:
        if p.column not in t.used:
            yield f"    # not sure: {p.name}: {_value(p.value)}"
    for r in t.unnamed[:6]:
        if not set(r.columns) & t.used:
            yield f"    # {', '.join(r.columns)} leads to {r.to}, for which the ontology has no relation"
    left = [
        c.name
        for c in t.table.columns
        if c.name not in t.used and c.name not in t.refused and c.name not in {p.column for p in t.unsure}
    ]
    if left and t.table.parent is None:
        yield f"    # not read: {_line(', '.join(left[:30]))}{' …' if len(left) > 30 else ''}"


def _relation(r: RelationProposal, where: dict[str, str], source: str) -> str:
    if r.by is not None:
        class_name, name, value = r.by
        parts = [f"to: {class_name}", f"by: {{{quoted(name)}: {_value(value)}}}"]
    elif r.to.startswith("#"):
        parts = [f'to: "{r.to}"']
    else:
        to = _to(r.to, where, source)
        to = quoted(f"{to}#{second_name(r.at)}") if r.at is not None else to
        parts = [f"to: {to}", f"key: [{', '.join(_value(v) for v in r.key)}]"]
    if r.properties:
        parts.append(f"properties: {{{', '.join(f'{quoted(n)}: {_value(v)}' for n, v in r.properties)}}}")
    if (r.missing or r.loose) and not r.required:
        parts.append("missing: drop")
    return f"{{{', '.join(parts)}}}"


def _to(table: str, where: dict[str, str], source: str) -> str:
    return table if where[table] == source else f"{where[table]}.{table}"


def _value(value: Value) -> str:
    if value.const is not None:
        return f"{{const: {quoted(value.const)}}}"
    if value.sql is not None:
        parts = [f"sql: {quoted(value.sql)}"]
    else:
        assert value.column is not None
        if not value.transforms and value.date_format is None and value.split is None:
            return quoted(value.column)
        parts = [f"column: {quoted(value.column)}"]
    if value.transforms:
        parts.append(f"transforms: [{', '.join(quoted(t) for t in value.transforms)}]")
    if value.date_format is not None:
        parts.append(f'date_format: "{value.date_format}"')
    if value.split is not None:
        parts.append(f"split: {quoted(value.split)}")
    return f"{{{', '.join(parts)}}}"


def _read(read: ReadSpec) -> str:
    parts = [f"file: {quoted(read.file or '')}"]
    if read.sheet is not None:
        parts.append(f"sheet: {quoted(read.sheet)}")
    if read.encoding is not None:
        parts.append(f"encoding: {read.encoding}")
    if read.separator is not None:
        parts.append(f"separator: {quoted(read.separator, always=True)}")
    if read.row_end is not None:
        parts.append(f"row_end: {quoted(read.row_end, always=True)}")
    if read.quote is not None:
        parts.append(f"quote: {quoted(read.quote, always=True)}")
    if read.skip_rows:
        parts.append(f"skip_rows: {read.skip_rows}")
    if read.line_breaks:
        parts.append("line_breaks: true")
    if read.header is not None:
        parts.append(f"header: {'true' if read.header else 'false'}")
    if read.columns:
        parts.append(f"columns: [{', '.join(map(quoted, read.columns))}]")
    if read.fill_down:
        parts.append(f"fill_down: [{', '.join(map(quoted, read.fill_down))}]")
    if read.records is not None:
        parts.append(f"records: {quoted(read.records)}")
    if read.explode is not None:
        parts.append(f"explode: {quoted(read.explode)}")
    return f"{{{', '.join(parts)}}}"


def _doubt(score: float, reason: str) -> str:
    return f"  # {_line(reason)}" if score < 0.85 else ""


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()[:160]


def quoted(text: str, *, always: bool = False) -> str:
    """A YAML scalar that reads back as this text, also inside ``{}`` and ``[]``."""
    if (
        not always
        and _PLAIN.fullmatch(text)
        and text.lower() not in _WORDS
        and text == text.strip()
        and ": " not in text
    ):
        return text
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    )
    escaped = "".join(
        c
        if c.isprintable()
        else f"\\x{ord(c):02x}"
        if ord(c) < 256
        else f"\\u{ord(c):04x}"
        if ord(c) < 0x10000
        else f"\\U{ord(c):08x}"
        for c in escaped
    )
    return f'"{escaped}"'
