"""Load a mapping: YAML → shape → frozen mapping → checks against the ontology. All problems are reported at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import BaseModel, ValidationError

from ingest.mapping import schema
from ingest.mapping.build import Builder
from ingest.mapping.check import check_mapping, check_together
from ingest.mapping.model import SourceMapping
from ingest.mapping.problems import Collector, suggestion
from ontology.located import Document, PathKey, read_document
from ontology.model import Ontology


def load_mapping(path: Path, ontology: Ontology, folder: Path | None = None) -> SourceMapping:
    """The mapping in a file, checked against the ontology.

    References to tables of other sources are checked by :func:`load_mappings`. ``folder`` stands in for ``folder:``.

    Raises:
        MappingProblems: everything that is wrong, each with file, line, column and a suggestion.
        LimitExceeded: the document is larger or deeper than any mapping needs.
    """
    found = Collector()
    mapping = inspect_mapping(path, ontology, found, folder)
    found.raise_if_any()
    assert mapping is not None
    return mapping


def inspect_mapping(
    path: Path, ontology: Ontology, found: Collector, folder: Path | None = None
) -> SourceMapping | None:
    """The mapping as far as it can be understood, what is wrong with it in ``found``; None: its form is wrong.

    Only to be looked at: where there are problems, it must not be used.

    Raises:
        LimitExceeded: the document is larger or deeper than any mapping needs.
    """
    document, text = read_document(path)
    parsed = _shape(document, found)
    if parsed is None or found.problems:
        return None
    digest = hashlib.sha256(text.encode()).hexdigest()
    mapping = Builder(document, found).mapping(parsed, path, digest, text, folder)
    return check_mapping(mapping, ontology, found)


def load_mappings(
    paths: Iterable[Path], ontology: Ontology, folders: Mapping[str, Path] | None = None
) -> tuple[SourceMapping, ...]:
    """Several mappings, checked also against each other.

    ``folders``: source → folder, in place of what the mapping says.

    Raises:
        MappingProblems: everything that is wrong in the first file that is wrong, or between the files.
    """
    mappings = []
    for path in paths:
        mapping = load_mapping(path, ontology)
        given = (folders or {}).get(mapping.source)
        mappings.append(load_mapping(path, ontology, given) if given is not None else mapping)
    found = Collector()
    check_together(mappings, ontology, found)
    found.raise_if_any()
    return tuple(mappings)


_PATTERNS = {
    "source": ("the name of a source has letters, digits, . _ and - only", "Write for example `source: erp`."),
    "currency": ("a currency is three capital letters", "Write for example `currency: EUR`."),
}
"""What a person is told in place of a regular expression."""


def _shape(document: Document, found: Collector) -> schema.MappingFile | None:
    try:
        return schema.MappingFile.model_validate(document.content)
    except ValidationError as problem:
        for error in problem.errors(include_url=False):
            at = tuple(part for part in error["loc"])
            where = document.where(at)
            match error["type"]:
                case "extra_forbidden":
                    name = str(at[-1])
                    found.add(where, f"{name!r} is not known here.", suggestion(name, _fields(at[:-1])))
                case "missing":
                    found.add(where, f"{str(at[-1])!r} is missing.", f"Add `{at[-1]}:`.")
                case "model_type" | "model_attributes_type" | "dict_type":
                    found.add(where, "names with values are expected here.", "Write `name: value` lines, indented.")
                case _:
                    name = str(at[-1]) if at else "the file"
                    message, do = _PATTERNS.get(name, (f"{error['msg'][0].lower()}{error['msg'][1:]}", ""))
                    if error["type"] != "string_pattern_mismatch":
                        message, do = f"{error['msg'][0].lower()}{error['msg'][1:]}", ""
                    found.add(where, f"{name}: {message}.", do)
        return None


def _fields(at: PathKey) -> list[str]:
    """The names that the part at a path may hold."""
    model: type[BaseModel] | None = schema.MappingFile
    names = list(at)
    while names and model is not None:
        model = _PARTS.get((model, str(names.pop(0))))
        if model in _NAMED and names:
            names.pop(0)
        model = _NAMED.get(model, model) if model is not None else None
    if model is None:
        return []
    return [field.alias or name for name, field in model.model_fields.items()]


class _Tables(BaseModel):
    """Stands for a dict or list of parts by name."""


class _Things(_Tables):
    pass


class _Cells(_Tables):
    pass


class _Relations(_Tables):
    pass


class _Rules(_Tables):
    pass


_NAMED: Mapping[type[BaseModel] | None, type[BaseModel]] = {
    _Tables: schema.TablePart,
    _Things: schema.ThingPart,
    _Cells: schema.CellPart,
    _Relations: schema.RelationPart,
    _Rules: schema.RulePart,
}
_PARTS: Mapping[tuple[type[BaseModel], str], type[BaseModel]] = {
    (schema.MappingFile, "tables"): _Tables,
    (schema.TablePart, "read"): schema.ReadPart,
    (schema.TablePart, "also"): _Things,
    (schema.TablePart, "relation"): schema.RelationRowPart,
    (schema.TablePart, "contract"): _Rules,
    (schema.ReadPart, "rest"): schema.RestPart,
    (schema.RestPart, "auth"): schema.AuthPart,
    (schema.RestPart, "pages"): schema.PagePart,
    (schema.RelationRowPart, "from"): schema.EndPart,
    (schema.RelationRowPart, "to"): schema.EndPart,
    **{
        (part, name): kind
        for part in (schema.TablePart, schema.ThingPart, schema.RelationPart, schema.RelationRowPart)
        for name, kind in (("key", _Cells), ("properties", _Cells), ("relations", _Relations), ("by", _Cells))
    },
    **{
        (part, name): schema.CellPart
        for part in (schema.RelationPart, schema.RelationRowPart)
        for name in ("valid_from", "valid_to")
    },
}
