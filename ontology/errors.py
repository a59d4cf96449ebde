"""Errors: one root, one subclass per thing that a person can do something about.

Every error says *what* happened, *where* (file, line, row, node), and *what to do next*. The HTTP status and the exit
code are attributes of the class, so that the API and the command line read one table.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ontology.sentences import one_stop


@dataclass(frozen=True, slots=True)
class Where:
    """The place a message is about; any part may be missing."""

    file: str | None = None
    line: int | None = None
    column: int | None = None
    row: int | None = None
    node: str | None = None

    def __str__(self) -> str:
        parts: list[str] = []
        if self.file is not None:
            text = str(self.file)
            if self.line is not None:
                text += f":{self.line}"
                if self.column is not None:
                    text += f":{self.column}"
            parts.append(text)
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.node is not None:
            parts.append(self.node)
        return ", ".join(parts)


class KnockonError(Exception):
    """Root of all errors that knockon raises on purpose.

    Args:
        what: what happened, one sentence.
        where: the place, if there is one.
        do: what the reader can do about it, one sentence.
    """

    code: ClassVar[str] = "knockon"
    http_status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, where: Where | str | Path | None = None, do: str = "") -> None:
        self.what = one_stop(what)
        self.where = Where(file=str(where)) if isinstance(where, str | Path) else where
        self.do = one_stop(do)
        super().__init__(str(self))

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where is not None and str(self.where) else self.what
        return f"{text} {self.do}" if self.do else text


class OntologyError(KnockonError):
    """The ontology (or a user's extension of it) says something that cannot be used."""

    code = "ontology"
    http_status = 422
    exit_code = 2


class OntologyChangeRefused(OntologyError):
    """A change of the ontology would orphan data that is in the graph."""

    code = "ontology-change-refused"
    http_status = 409


class ShapeError(KnockonError):
    """A SHACL shape cannot be loaded, or uses what is not supported."""

    code = "shape"
    http_status = 422
    exit_code = 2


class MappingError(KnockonError):
    """A mapping file is wrong."""

    code = "mapping"
    http_status = 422
    exit_code = 2


class ConfigurationError(KnockonError):
    """A setting is missing or wrong."""

    code = "configuration"
    http_status = 500
    exit_code = 2


class SourceError(KnockonError):
    """A source (file, database, URL) cannot be read."""

    code = "source"
    http_status = 422
    exit_code = 3


class RetractionsRefused(KnockonError):
    """A full export lacks more keys than is plausible."""

    code = "retractions-refused"
    http_status = 409
    exit_code = 4


class NotFound(KnockonError):
    """A name, id or key names nothing in the graph."""

    code = "not-found"
    http_status = 404
    exit_code = 5


class Ambiguous(KnockonError):
    """A name names more than one thing; ``candidates`` lists them."""

    code = "ambiguous"
    http_status = 409
    exit_code = 5

    def __init__(self, what: str, candidates: tuple[str, ...], *, do: str = "") -> None:
        self.candidates = candidates
        super().__init__(what, do=do)


class BadQuestion(KnockonError):
    """A question's options contradict each other or are out of range."""

    code = "bad-question"
    http_status = 422
    exit_code = 2


class Busy(KnockonError):
    """Another process is writing."""

    code = "busy"
    http_status = 409
    exit_code = 6


class DatabaseError(KnockonError):
    """The database is down, full, too old or refuses the credentials."""

    code = "database"
    http_status = 503
    exit_code = 7


class ServerError(DatabaseError):
    """The managed server cannot be installed, started or stopped."""

    code = "server"


class StoreDamaged(KnockonError):
    """The archive or the snapshot is not what the graph says it is."""

    code = "store-damaged"
    exit_code = 8


class LimitExceeded(KnockonError):
    """A stated limit on size, time or count was passed."""

    code = "limit"
    http_status = 413
    exit_code = 9


class Cycle(KnockonError):
    """Data that must be acyclic is not; ``members`` names the cycle in order."""

    code = "cycle"
    http_status = 422
    exit_code = 2

    def __init__(self, what: str, members: tuple[str, ...], *, do: str = "") -> None:
        self.members = members
        super().__init__(what, do=do)
