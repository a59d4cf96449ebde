"""Documents in a folder (letters, contracts, manuals, mail) as a source of their own, to be asked about."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from ingest.onboarding.classes import class_forms, required
from ingest.onboarding.discover import Found
from ingest.onboarding.names import words
from ingest.onboarding.slugs import Slugs
from ontology.model import Ontology

_MOST_FOLDERS = 12
_MAIL = frozenset({".eml", ".mbox"})
_LARGEST = 20 << 20
"""Files over this size are set aside anyway (docs/documents.md)."""


@dataclass(frozen=True, slots=True)
class PaperTable:
    """Files that are read as documents of one class."""

    name: str
    pattern: str
    """As the mapping's ``file:`` says, below the surveyed folder."""
    class_name: str
    reason: str
    files: int
    without: tuple[str, ...] = ()
    """Beginnings of names (of files) that another table reads."""

    @property
    def is_mail(self) -> bool:
        """Whether each is a message with sender and time."""
        return self.class_name == "Message"


def paper_tables(found: Sequence[Found], ontology: Ontology) -> tuple[PaperTable, ...]:
    """A table for each folder and ending; one of its own where names of files begin with a class (``contract-…``)."""
    names = Slugs("documents")
    tables = []
    kinds = _kinds(ontology)
    for pattern, top, group in _together(found):
        suffix = PurePosixPath(group[0].relative).suffix
        if suffix.lower() in _MAIL:
            tables.append(PaperTable(names.take(f"{top} mails"), pattern, "Message", "one message each", len(group)))
            continue
        whole = _said(words(top.rsplit("/", 1)[-1]), kinds) if top else None
        if whole is not None:
            reason = f"the folder is called {top!r}"
            tables.append(PaperTable(names.take(f"{top} {_kind(suffix)}"), pattern, whole, reason, len(group)))
            continue
        left = list(group)
        taken: list[str] = []
        for start, class_name in _beginnings(group, kinds):
            own = [f for f in left if PurePosixPath(f.relative).name.startswith(start)]
            held = "/".join((*PurePosixPath(pattern).parts[:-1], f"{glob.escape(start)}*{suffix}"))
            reason = f"the file's name begins with {start!r}"
            title = f"{ontology.classes[class_name].plural} {_kind(suffix)}"
            tables.append(PaperTable(names.take(title), held, class_name, reason, len(own)))
            left = [f for f in left if f not in own]
            taken.append(start)
        if left:
            title = f"{top} {_kind(suffix)} files"
            reason = "nothing says what kind of document"
            tables.append(PaperTable(names.take(title), pattern, "Document", reason, len(left), tuple(taken)))
    return tuple(tables)


def _together(found: Sequence[Found]) -> Iterator[tuple[str, str, list[Found]]]:
    """Files by the folder below the surveyed one and by ending: (pattern, folder, files)."""
    tops = {PurePosixPath(f.relative).parts[0] for f in found if len(PurePosixPath(f.relative).parts) > 1}
    groups: dict[tuple[str, str], list[Found]] = {}
    for file in found:
        parts = PurePosixPath(file.relative).parts
        top = "" if len(parts) == 1 else parts[0] if len(tops) <= _MOST_FOLDERS else "*"
        groups.setdefault((top, PurePosixPath(file.relative).suffix), []).append(file)
    for (top, suffix), group in sorted(groups.items()):
        if suffix.lower() == ".txt":  # others with this ending may be tables: each is named
            yield from ((glob.escape(f.relative), PurePosixPath(f.relative).stem, [f]) for f in group)
            continue
        deep = any(len(PurePosixPath(f.relative).parts) > 2 for f in group)
        front = "[!.]*/" if top == "*" else f"{glob.escape(top)}/" if top else ""
        yield f"{front}{'**/' if deep else ''}*{suffix}", "" if top == "*" else top, group


def _kinds(ontology: Ontology) -> dict[tuple[str, ...], str]:
    """What documents of a special kind are called, as words → the class; names of two classes are left out."""
    found: dict[tuple[str, ...], set[str]] = {}
    for name, definition in ontology.classes.items():
        if "Document" not in definition.ancestors or name == "Message" or required(ontology).get(name):
            continue
        for form in class_forms(ontology)[name]:
            if form.weight == 1.0:
                found.setdefault(form.words, set()).add(name)
    return {said: next(iter(names)) for said, names in found.items() if len(names) == 1}


def _said(said: tuple[str, ...], kinds: dict[tuple[str, ...], str]) -> str | None:
    return kinds.get(said) or (kinds.get(said[-1:]) if said else None)


def _beginnings(group: Sequence[Found], kinds: dict[tuple[str, ...], str]) -> list[tuple[str, str]]:
    """The words that names of files begin with and that name a class, as they are spelt, with the class."""
    found: dict[str, str] = {}
    for file in group:
        match = re.match(r"[^\W\d_]{3,}(?=[\W\d_])", PurePosixPath(file.relative).name)
        class_name = kinds.get(words(match.group())) if match else None
        if match and class_name is not None:
            found[match.group()] = class_name
    return sorted(found.items())


def _kind(suffix: str) -> str:
    return {"htm": "html", "markdown": "md", "text": "txt"}.get(suffix.lower().lstrip("."), suffix.lower().lstrip("."))


def mapping_lines(tables: Sequence[PaperTable]) -> Iterator[str]:
    """The tables of the mapping: the documents of each kind, and their passages."""
    for table in tables:
        read = f'file: "{_escaped(table.pattern)}", format: documents'
        skip = "|".join(re.escape(start) for start in table.without)
        when = f"    when: \"NOT regexp_matches(document, '(^|/)({_escaped(skip)})')\"  # read by another table"
        yield ""
        yield f"  {table.name}:  # {table.files:,} file{'' if table.files == 1 else 's'}"
        yield f"    read: {{{read}}}"
        yield "    key: [document]"
        yield f"    class: {table.class_name}  # {table.reason}"
        if skip:
            yield when
        if table.is_mail:
            mail = r"lower(regexp_extract(sender, '([^<>@ ]+@[^<>@ ]+)', 1))"
            yield f'    properties: {{title: title, sender_email: {{sql: "{_escaped(mail)}"}}, sent_at: sent_at,'
            yield "      address: document, language_tag: language}"
        else:
            yield "    properties: {title: title, address: document, media_type: kind, language_tag: language}"
        yield ""
        yield f"  {table.name}_passages:  # what is cited"
        yield f"    read: {{{read}, explode: passages}}"
        yield "    key: [document, passage]"
        yield "    class: Passage"
        if skip:
            yield when
        yield "    properties: {heading: heading, headings: path, text: text, position: passage, page: page,"
        yield "      kind: kind, first_character: start, end_character: end, language_tag: language}"
        yield "    relations:"
        yield f"      document: {{to: {table.name}, key: [document]}}"


def _escaped(text: str) -> str:
    """Within double quotes of YAML; single quotes of SQL are doubled by none of the names that get here."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
