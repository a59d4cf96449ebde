"""Settings: ``knockon.yaml`` in the project folder and ``KNOCKON_*``/``NEO4J_*`` variables, read once, passed on."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from difflib import get_close_matches
from glob import glob
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from graph_engine.graph import Credentials
from ontology.errors import ConfigurationError, Where

FILE = "knockon.yaml"


class _Neo4j(BaseModel):
    """A Neo4j of the user's own, or the sizes of the managed one."""

    model_config = ConfigDict(extra="forbid")
    uri: str | None = Field(default=None, description="Address of a server of your own; unset: knockon runs one.")
    username: str = Field(default="neo4j", description="User name on that server.")
    password_env: str = Field(default="NEO4J_PASSWORD", description="Environment variable that holds the password.")
    database: str = Field(default="neo4j", description="Database on that server.")
    heap: str | None = Field(
        default=None, description="Heap of the managed server, such as 1g; unset: sized to the machine."
    )
    page_cache: str | None = Field(
        default=None, description="Page cache of the managed server; unset: sized to the machine."
    )


class _Answers(BaseModel):
    """What `knockon ask` uses besides words and the graph."""

    model_config = ConfigDict(extra="forbid")
    embedding: str = Field(
        default="auto", description="Embedding model: `auto` (the one installed, if any), `none`, or a model's folder."
    )
    index: Literal["auto", "memory", "neo4j"] = Field(
        default="auto",
        description="Where texts are searched: `memory`, `neo4j` (its vector and full-text indexes), or `auto`: in "
        "memory up to 20,000 passages.",
    )
    spacy_model: str | None = Field(
        default=None, description="A spaCy model of your own that finds names in questions."
    )
    url: str | None = Field(
        default=None,
        description="Address of a language model that speaks OpenAI's API, such as http://localhost:11434/v1.",
    )
    model: str | None = Field(default=None, description="Name of the language model; unset: answers are extracts.")
    key_env: str = Field(
        default="KNOCKON_MODEL_KEY", description="Environment variable that holds its key, if it asks for one."
    )
    timeout: float = Field(default=20.0, gt=0, le=600, description="Seconds that the language model may take.")
    tokens_a_day: int = Field(default=200_000, ge=0, description="Tokens that it may use on one day.")


class ClassResolution(BaseModel):
    """How the records of a class are matched, and which of several values is shown."""

    model_config = ConfigDict(extra="forbid")
    method: Literal["party", "text", "keys", "off"] | None = Field(
        default=None, description="What joins records beyond exact keys; `off`: not even those."
    )
    merge_at: float | None = Field(default=None, description="Probability from which records are merged unasked.")
    review_at: float | None = Field(default=None, description="Probability from which a person is asked.")
    region: str | None = Field(default=None, description="Country of phone numbers without a country code, such as DE.")
    roles: dict[
        str,
        Literal["name", "given", "family", "born", "email", "phone", "street", "city", "postcode", "code"],
    ] = Field(default_factory=dict, description="What a property says about a party: property → role.")
    survivorship: dict[str, Literal["priority", "recency", "completeness", "vote"]] = Field(
        default_factory=dict, description="Which of several values wins: property (or `*`) → rule."
    )


class Retention(BaseModel):
    """How long the things of a class are kept whole."""

    model_config = ConfigDict(extra="forbid")
    days: int = Field(ge=1, description="`knockon privacy retain` erases what is older than so many days.")
    by: str | None = Field(default=None, description="The date that counts; unset: the class's own, if it has one.")


class InboxPerson(BaseModel):
    """Somebody who takes tasks from the inbox."""

    model_config = ConfigDict(extra="forbid")
    skills: list[str] = Field(
        default_factory=list, description="Beginnings of task ids, such as `quarantine:shop`; empty: anything."
    )
    most: int = Field(default=20, ge=1, description="Tasks at once.")


class Inbox(BaseModel):
    """Who takes what from the inbox, and when it is due."""

    model_config = ConfigDict(extra="forbid")
    people: dict[str, InboxPerson] = Field(default_factory=dict, description="Name → what they take.")
    days: dict[Literal["quarantine", "job", "approval", "resolution", "answer"], int] = Field(
        default_factory=dict, description="Kind of task → days until it is due (7 where nothing is said)."
    )


class SettingsFile(BaseModel):
    """What ``knockon.yaml`` may say."""

    model_config = ConfigDict(extra="forbid")
    company: str = Field(default="", description="The company's name; unset: the folder's.")
    currency: str | None = Field(default=None, description="ISO 4217 code of the company's own currency.")
    timezone: str | None = Field(default=None, description="The company's time zone, such as `Europe/Berlin`.")
    mappings: list[str] = Field(default_factory=lambda: ["mappings/*.yaml"], description="Mapping files, one a system.")
    ontology: list[str] = Field(default_factory=list, description="Turtle files that extend the ontology.")
    shapes: list[str] = Field(default_factory=list, description="Turtle files with further SHACL shapes.")
    documents: list[str] = Field(
        default_factory=list, description="Not used: documents are sources of a mapping (documents.md)."
    )
    validation_engine: str | None = Field(default=None, description="Engine of the validation gate (validation.md).")
    resolution: dict[str, ClassResolution] = Field(
        default_factory=dict, description="By class: how records of one thing are found (resolution.md)."
    )
    retention: dict[str, Retention] = Field(
        default_factory=dict, description="By class: how long its things are kept whole (privacy.md)."
    )
    inbox: Inbox = Field(default_factory=Inbox, description="Who takes what from the inbox (api.md).")
    neo4j: _Neo4j = _Neo4j()
    answers: _Answers = _Answers()


@dataclass(frozen=True, slots=True)
class Phrasing:
    """A language model that may phrase answers."""

    url: str
    model: str
    key: str | None = field(repr=False)
    timeout: float
    tokens_a_day: int


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set, resolved: paths are absolute, variables have been read."""

    folder: Path
    """The project folder."""
    company: str
    currency: str | None
    timezone: str | None
    mappings: tuple[Path, ...]
    ontology: tuple[Path, ...]
    shapes: tuple[Path, ...]
    validation_engine: str | None
    neo4j: Credentials | None
    """A server of the user's own; None = the managed one."""
    heap: str | None
    page_cache: str | None
    resolution: dict[str, ClassResolution] = field(default_factory=dict)
    """Class → how its records are matched."""
    folders: dict[str, Path] = field(default_factory=dict)
    """Source → folder that its files lie in, in place of the one that the mapping names."""
    embedding: str = "auto"
    text_index: str = "auto"
    """Where texts are searched: memory, neo4j, or auto."""
    spacy_model: str | None = None
    phrasing: Phrasing | None = None
    """The language model that phrases answers; None: they are extracts."""
    retention: dict[str, Retention] = field(default_factory=dict)
    """Class → how long its things are kept whole."""
    inbox: Inbox = field(default_factory=Inbox)
    """Who takes what from the inbox."""

    @property
    def vectors(self) -> Path:
        """Vectors of texts, by model."""
        return self.data / "vectors"

    @property
    def data(self) -> Path:
        """Where knockon keeps what it makes: ``.knockon`` in the project folder."""
        return self.folder / ".knockon"

    @property
    def archive(self) -> Path:
        """Raw rows and pinned mappings and ontologies."""
        return self.data / "archive"

    @property
    def snapshots(self) -> Path:
        """Columnar copies of the graph."""
        return self.data / "snapshot"

    @property
    def tmp(self) -> Path:
        """Staging databases while they are used."""
        return self.data / "tmp"

    @property
    def server_home(self) -> Path:
        """The managed server's folder."""
        return self.data / "neo4j"


def idle_patterns(folder: Path) -> tuple[str, ...]:
    """The patterns under ``mappings:`` that no file fits, if others of them have files.

    Raises:
        ConfigurationError: the settings cannot be read.
    """
    file = folder / FILE
    patterns = _parse(file).mappings
    return tuple(p for p in patterns if len(patterns) > 1 and not _files(file, folder, "mappings", [p], needed=False))


def find_project(start: Path | None = None) -> Path:
    """The nearest folder upwards that has a ``knockon.yaml``; ``KNOCKON_PROJECT`` wins.

    Raises:
        ConfigurationError: there is none.
    """
    named = os.environ.get("KNOCKON_PROJECT")
    if named:
        folder = Path(named).expanduser().resolve()
        if not (folder / FILE).is_file():
            raise ConfigurationError(f"KNOCKON_PROJECT names {folder}, which has no {FILE}.", do="Correct or unset it.")
        return folder
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return folder
    raise ConfigurationError(
        f"No {FILE} in {here} or above.",
        do="Change to a project folder, name one with --project, or run `knockon demo` to get a sample.",
    )


def load_settings(folder: Path, folders: dict[str, Path] | None = None) -> Settings:
    """Read ``knockon.yaml`` and the environment.

    Raises:
        ConfigurationError: with file, line and what is wrong.
    """
    file = folder / FILE
    held = _parse(file)
    own = Credentials.from_environment()
    if own is None and held.neo4j.uri:
        password = os.environ.get(held.neo4j.password_env)
        if password is None:
            raise ConfigurationError(
                f"neo4j.uri is set, but the environment variable {held.neo4j.password_env} is not.",
                where=file,
                do="Set it to the password of that server.",
            )
        own = Credentials(held.neo4j.uri, held.neo4j.username, password, held.neo4j.database)
    return Settings(
        folder=folder,
        company=held.company or folder.name,
        currency=held.currency,
        timezone=held.timezone,
        mappings=_files(file, folder, "mappings", held.mappings, needed=False),
        ontology=_files(file, folder, "ontology", held.ontology),
        shapes=_shapes(file, folder, held),
        validation_engine=os.environ.get("KNOCKON_VALIDATION_ENGINE") or held.validation_engine,
        neo4j=own,
        heap=os.environ.get("KNOCKON_HEAP") or held.neo4j.heap,
        page_cache=os.environ.get("KNOCKON_PAGE_CACHE") or held.neo4j.page_cache,
        resolution=held.resolution,
        folders=dict(folders or {}),
        embedding=held.answers.embedding,
        text_index=held.answers.index,
        spacy_model=held.answers.spacy_model,
        phrasing=_phrasing(held.answers, file),
        retention=held.retention,
        inbox=held.inbox,
    )


def _phrasing(held: _Answers, file: Path) -> Phrasing | None:
    if held.model is None and held.url is None:
        return None
    if held.model is None or held.url is None or not held.url.startswith(("http://", "https://")):
        raise ConfigurationError(
            "answers.model and answers.url go together: the name of a model, and an address that begins with http.",
            where=file,
            do="Give both, or neither.",
        )
    return Phrasing(held.url, held.model, os.environ.get(held.key_env), held.timeout, held.tokens_a_day)


def _parse(file: Path) -> SettingsFile:
    try:
        loaded = YAML(typ="rt").load(file.read_text(encoding="utf-8"))
    except MarkedYAMLError as problem:
        mark = problem.problem_mark
        where = Where(str(file), mark.line + 1 if mark else None, mark.column + 1 if mark else None)
        raise ConfigurationError(
            f"This is not YAML: {problem.problem}.", where=where, do="Mend that line."
        ) from problem
    except UnicodeDecodeError as problem:
        raise ConfigurationError("The file is not UTF-8.", where=file, do="Save it as UTF-8.") from problem
    except OSError as problem:
        raise ConfigurationError(
            f"The file cannot be read: {problem.strerror}.", where=file, do="Check who may read it."
        ) from problem
    except (YAMLError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as problem:
        # Control characters, and tags such as `!!int abc`, on which the reader fails in ways of its own.
        raise ConfigurationError(
            "This is not YAML: it holds a control character or a tag that does not fit.",
            where=file,
            do="Delete what is not plain text, and words that begin with `!`.",
        ) from problem
    try:
        return SettingsFile.model_validate({} if loaded is None else loaded)
    except ValidationError as problem:
        raise _wrong_setting(file, loaded, problem.errors(include_url=False)[0]) from problem


def _wrong_setting(file: Path, loaded: object, error: ErrorDetails) -> ConfigurationError:
    where = Where(str(file), _line(loaded, error["loc"]))
    path = [str(part) for part in error["loc"]]
    name = ".".join(path)
    if error["type"] == "extra_forbidden":
        parts: dict[str, type[BaseModel]] = {"neo4j": _Neo4j, "answers": _Answers}
        known = sorted((parts.get(path[0], SettingsFile) if len(path) > 1 else SettingsFile).model_fields)
        near = get_close_matches(path[-1], known, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known)}."
        return ConfigurationError(f"There is no setting called {name!r}.", where=where, do=hint)
    if not path:
        return ConfigurationError("Settings are expected here.", where=where, do="Write `name: value` lines.")
    message = error["msg"].removeprefix("Value error, ")
    return ConfigurationError(
        f"{name}: {message[:1].lower()}{message[1:]}.", where=where, do="docs/configuration.md lists the settings."
    )


def _line(loaded: object, path: tuple[int | str, ...]) -> int | None:
    line: int | None = None
    node = loaded
    for part in path:
        marks = getattr(node, "lc", None)
        if marks is None:
            break
        try:
            line = marks.key(part)[0] + 1 if isinstance(part, str) else marks.item(part)[0] + 1
            node = node[part]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            break
    return line


def _shapes(file: Path, folder: Path, held: SettingsFile) -> tuple[Path, ...]:
    # A shape that stands in a file of the ontology holds as well: that it were read and not enforced nobody expects.
    own = (f for f in _files(file, folder, "ontology", held.ontology) if b"shacl#" in f.read_bytes())
    return tuple(dict.fromkeys((*_files(file, folder, "shapes", held.shapes), *own)))


def _files(file: Path, folder: Path, name: str, patterns: list[str], *, needed: bool = True) -> tuple[Path, ...]:
    out: list[Path] = []
    for pattern in patterns:
        try:
            named = glob(str(folder / pattern), recursive=True)  # noqa: PTH207 - Path.glob takes no absolute pattern
            found = sorted(Path(f) for f in named if Path(f).is_file())
        except (OSError, ValueError) as problem:
            raise ConfigurationError(
                f"{name}: {pattern!r} cannot be looked for: {problem}.", where=file, do="Correct the name."
            ) from problem
        if not found and (needed or "*" not in pattern):
            raise ConfigurationError(f"{name}: no file fits {pattern!r}.", where=file, do="Correct the name.")
        out.extend(f.resolve() for f in found)
    return tuple(dict.fromkeys(out))
