"""YAML read with the line and column of everything in it, bounded against documents made to exhaust memory.

Mappings, measures and scenarios are read so; each names its own kind of file and error (:class:`Kind`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from rapidfuzz import fuzz, process, utils
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq, TaggedScalar
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.scalarfloat import ScalarFloat
from ruamel.yaml.timestamp import TimeStamp

from ontology.errors import KnockonError, LimitExceeded, MappingError, Where

PathKey = tuple[str | int, ...]
Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]

MOST_BYTES = 4 << 20
MOST_NODES = 200_000
MOST_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is called in messages, and the error that tells what is wrong with it."""

    name: str
    error: type[KnockonError]


MAPPING = Kind("mapping", MappingError)


@dataclass(frozen=True, slots=True)
class Document:
    """The plain content of a YAML file and where each part of it stands."""

    file: str
    content: Plain
    places: Mapping[PathKey, tuple[int, int]] = field(repr=False)

    def where(self, path: PathKey) -> Where:
        """The place of a part, or of the nearest part around it."""
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.places.get(path, (1, 1))
        return Where(file=self.file, line=line, column=column)


def read_document(path: Path, kind: Kind = MAPPING) -> tuple[Document, str]:
    """The document and its text.

    Raises:
        KnockonError: (of the kind) it cannot be read, or is no YAML.
        LimitExceeded: it is larger, deeper or more self-referential than any such file needs.
    """
    try:
        size = path.stat().st_size
    except OSError as problem:
        raise kind.error(f"there is no such {kind.name} file.", where=path, do="Check the name.") from problem
    if path.is_dir():
        raise kind.error(f"this is a folder, not a {kind.name} file.", where=path, do="Name a YAML file in it.")
    if size > MOST_BYTES:
        raise LimitExceeded(f"the {kind.name} has {size:,} bytes; at most {MOST_BYTES:,} are read.", where=path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as problem:
        raise kind.error(f"the {kind.name} is not UTF-8.", where=path, do="Save it as UTF-8.") from problem
    return parse_document(text, str(path), kind), text


def parse_document(text: str, file: str, kind: Kind = MAPPING) -> Document:
    """The document of a YAML text; raises as :func:`read_document` does."""
    yaml = YAML(typ="rt")
    yaml.allow_duplicate_keys = False
    try:
        loaded = yaml.load(text)
    except MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        where = Where(file, mark.line + 1, mark.column + 1) if mark is not None else Where(file)
        what = " ".join(str(problem.problem or "this is not YAML").split("\n")[0].split())
        raise kind.error(f"{what}.", where=where, do="Check indentation, colons and quotes there.") from problem
    except ReaderError as problem:
        line = text.count("\n", 0, problem.position) + 1
        sign = f"U+{problem.character:04X}" if isinstance(problem.character, int) else repr(problem.character)
        raise kind.error(
            f"the character {sign} may not stand in YAML.", where=Where(file, line), do="Delete it."
        ) from problem
    except (YAMLError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as problem:
        # With tags such as `!!int abc` the reader fails in ways of its own.
        do = "Check indentation, colons, quotes and tags."
        raise kind.error("this is not YAML.", where=file, do=do) from problem
    places: dict[PathKey, tuple[int, int]] = {(): (1, 1)}
    content = _plain(loaded, (), places, file, _Reading(kind, MOST_NODES))
    return Document(file, content, places)


@dataclass(slots=True)
class _Reading:
    kind: Kind
    budget: int


def _plain(node: object, path: PathKey, places: dict[PathKey, tuple[int, int]], file: str, reading: _Reading) -> Plain:
    reading.budget -= 1
    if reading.budget < 0 or len(path) > MOST_DEPTH:
        raise LimitExceeded(
            f"the {reading.kind.name} is nested too deeply, or its aliases (`*name`) repeat too much.",
            where=file,
            do=f"At most {MOST_NODES:,} parts and {MOST_DEPTH} levels are read.",
        )
    if isinstance(node, CommentedMap):
        result: dict[str, Plain] = {}
        for key, value in node.items():
            name = _scalar_text(key)
            below = (*path, name)
            places[below] = _place(node, key)
            result[name] = _plain(value, below, places, file, reading)
        return result
    if isinstance(node, CommentedSeq):
        items: list[Plain] = []
        for index, value in enumerate(node):
            below = (*path, index)
            places[below] = _item_place(node, index)
            items.append(_plain(value, below, places, file, reading))
        return items
    plain = _scalar(node)
    if isinstance(plain, str) and not _is_text(plain):
        place = places.get(path, (1, 1))
        raise reading.kind.error(
            "this text holds half a character (a surrogate).",
            where=Where(file, *place),
            do="Write the character itself.",
        )
    return plain


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _place(node: CommentedMap, key: object) -> tuple[int, int]:
    try:
        line, column = node.lc.key(key)
    except (KeyError, AttributeError, TypeError):  # merged in by `<<`, or tagged
        line, column = node.lc.line or 0, node.lc.col or 0
    return line + 1, column + 1


def _item_place(node: CommentedSeq, index: int) -> tuple[int, int]:
    try:
        line, column = node.lc.item(index)
    except (KeyError, AttributeError, TypeError):  # a list with a tag notes no places
        line, column = node.lc.line or 0, node.lc.col or 0
    return line + 1, column + 1


def _scalar(node: object) -> Plain:
    match node:
        case TaggedScalar():
            return str(node.value)
        case None | bool():
            return node
        case ScalarFloat():
            return float(node)
        case int():
            return int(node)
        case float():
            return node
        case TimeStamp() | datetime() | date():
            return node.isoformat()
        case _:
            return str(node)


def _scalar_text(node: object) -> str:
    plain = _scalar(node)
    if isinstance(plain, bool):
        return "true" if plain else "false"
    return str(plain)


def text_of(value: Plain) -> str:
    """A scalar as a person would write it in a cell: ``1``, ``0.5``, ``true``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        plain = f"{Decimal(repr(value)):f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what, and what to do about it."""

    where: Where
    what: str
    do: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f" {self.do}" if self.do else "")


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once, in file, line and column order."""
    return tuple(
        sorted(set(problems), key=lambda p: (p.where.file or "", p.where.line or 0, p.where.column or 0, p.what))
    )


def suggestion(name: str, known: Iterable[str]) -> str:
    """``Did you mean 'name'?`` or, where nothing is near, what there is."""
    names = sorted(known)
    found = process.extractOne(name, names, scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=65)
    if found is not None:
        return f"Did you mean {found[0]!r}?"
    if not names:
        return ""
    shown = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
    return f"There is: {shown}."
