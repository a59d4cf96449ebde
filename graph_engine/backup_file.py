"""The file that a backup is: a zip with a manifest that states size and sha256 of each member.

What is read back is checked against the manifest, and the manifest's names against what may be unpacked at all: a file
from elsewhere cannot write outside the folder, overwrite anything, or grow past the sizes that it states.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath

from ontology.errors import ConfigurationError, StoreDamaged

MANIFEST = "manifest.json"
DUMP = "graph/neo4j.dump"
PROJECT = "project/"
FORMAT = 1
_CHUNK = 1 << 20
_PACKED = {".dump", ".parquet", ".zip", ".gz", ".zst", ".xlsx", ".npz"}
_MANIFEST_LIMIT = 256 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a backup: its name in the zip, its size in bytes, its sha256 in hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself; ``made`` is an instant in UTC, ``digest`` that of the graph."""

    format: int
    made: str
    digest: str
    versions: Mapping[str, str]
    members: tuple[Member, ...] = field(repr=False)

    @property
    def size(self) -> int:
        """Bytes that the members take when unpacked."""
        return sum(member.size for member in self.members)


def write(
    target: Path, files: Sequence[tuple[str, Path]], made: str, digest: str, versions: dict[str, str]
) -> Manifest:
    """Write files under the names given, and the manifest, to a new zip."""
    with zipfile.ZipFile(target, "x") as packed:
        members = tuple(_pack(packed, name, file) for name, file in files)
        manifest = Manifest(FORMAT, made, digest, versions, members)
        packed.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1), zipfile.ZIP_DEFLATED)
    return manifest


class BackupFile:
    """A backup that is open for reading; its manifest is checked already, its members are checked as they are read."""

    def __init__(self, source: Path, packed: zipfile.ZipFile, manifest: Manifest) -> None:
        self._source, self._packed, self.manifest = source, packed, manifest

    @classmethod
    @contextmanager
    def open(cls, source: Path) -> Iterator[BackupFile]:
        """Open a backup.

        Raises:
            ConfigurationError: there is no such file.
            StoreDamaged: it isn't a backup, or holds what a backup does not.
        """
        try:
            packed = zipfile.ZipFile(source)
        except FileNotFoundError as problem:
            raise ConfigurationError("There is no such backup.", where=source, do="Check the file's name.") from problem
        except (OSError, zipfile.BadZipFile) as problem:
            raise StoreDamaged(
                "This is not a backup, or it was cut short.", where=source, do="Use another backup."
            ) from problem
        with packed:
            yield cls(source, packed, _manifest(packed, source))

    def unpack(self, member: Member, target: Path) -> None:
        """Write one member to a new file.

        Raises:
            StoreDamaged: it is not what the manifest says.
        """
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            self._read(member, file.write)

    def verify(self) -> None:
        """Read every member through without unpacking it.

        Raises:
            StoreDamaged: one is not what the manifest says.
        """
        for member in self.manifest.members:
            self._read(member, len)

    def _read(self, member: Member, write: Callable[[bytes], object]) -> None:
        digest, size = hashlib.sha256(), 0
        differs = StoreDamaged(
            f"{member.name} in this backup is not what was written into it.",
            where=self._source,
            do="Use another backup.",
        )
        try:
            with self._packed.open(member.name) as stream:
                while size <= member.size and (chunk := stream.read(_CHUNK)):
                    digest.update(chunk)
                    size += len(chunk)
                    write(chunk)
        except (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError) as problem:
            raise differs from problem
        if size != member.size or digest.hexdigest() != member.sha256:
            raise differs


def _pack(packed: zipfile.ZipFile, name: str, file: Path) -> Member:
    digest, size = hashlib.sha256(), 0
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_STORED if file.suffix.lower() in _PACKED else zipfile.ZIP_DEFLATED
    with file.open("rb") as source, packed.open(info, "w", force_zip64=True) as target:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return Member(name, size, digest.hexdigest())


def _manifest(packed: zipfile.ZipFile, source: Path) -> Manifest:
    """The manifest, if it and the zip agree and no name in it leads astray."""

    def refused(reason: str) -> StoreDamaged:
        return StoreDamaged(f"This backup cannot be restored: {reason}.", where=source, do="Use another backup.")

    try:
        info = packed.getinfo(MANIFEST)
        if info.file_size > _MANIFEST_LIMIT:
            raise refused("its manifest is too large")
        raw = json.loads(packed.read(info))
        if raw["format"] != FORMAT:
            raise refused(f"it has format {raw['format']}, and this version of knockon reads {FORMAT}")
        members = tuple(Member(str(m["name"]), int(m["size"]), str(m["sha256"])) for m in raw["members"])
        versions = {str(key): str(value) for key, value in raw["versions"].items()}
        manifest = Manifest(FORMAT, str(raw["made"]), str(raw["digest"]), versions, members)
    except (KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile) as problem:
        raise refused("it has no manifest that can be read") from problem
    names = [member.name for member in members]
    if sorted([*names, MANIFEST]) != sorted(packed.namelist()) or len({n.casefold() for n in names}) != len(names):
        raise refused("its files are not those that its manifest lists")
    if DUMP not in names:
        raise refused("it holds no graph")
    for name in names:
        if not _safe(name):
            raise refused(f"the name {name!r} leads out of the project folder")
    return manifest


def _safe(name: str) -> bool:
    """Whether a member's name stays below the project folder, on any system."""
    path = PurePosixPath(name)
    return name == DUMP or (
        name.startswith(PROJECT)
        and path.as_posix() == name
        and len(path.parts) > 1
        and ".." not in path.parts
        and re.search(r'[\\:*?"<>|\x00-\x1f]', name) is None
    )
