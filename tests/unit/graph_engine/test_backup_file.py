"""The backup file: what goes in comes out, and nothing else does."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_engine import backup_file
from graph_engine.backup_file import DUMP, MANIFEST, BackupFile
from ontology.errors import ConfigurationError, StoreDamaged

_NAME = st.from_regex(r"[a-z0-9_äß.-]{1,8}", fullmatch=True).filter(lambda n: n.strip(".") == n)


def forge(target: Path, files: dict[str, bytes], **changed: object) -> Path:
    """A backup as a stranger would write it: any names, any manifest."""
    members = [{"name": n, "size": len(b), "sha256": hashlib.sha256(b).hexdigest()} for n, b in files.items()]
    manifest = {"format": 1, "made": "", "digest": "d", "versions": {}, "members": members, **changed}
    with zipfile.ZipFile(target, "w") as packed:
        for name, body in files.items():
            packed.writestr(name, body)
        packed.writestr(MANIFEST, json.dumps(manifest))
    return target


@settings(max_examples=30)
@given(st.dictionaries(_NAME, st.binary(max_size=3000), max_size=6))
def test_a_round_trip_gives_the_same_bytes(content: dict[str, bytes]) -> None:
    unique = {name.casefold(): body for name, body in content.items()}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        files = []
        for number, (name, body) in enumerate([("dump", b"graph"), *unique.items()]):
            file = root / f"{number}.bin"
            file.write_bytes(body)
            files.append((f"project/{name}" if number else DUMP, file))
        written = backup_file.write(root / "b.zip", files, "2026-01-01T00:00:00+00:00", "digest", {"neo4j": "1"})
        with BackupFile.open(root / "b.zip") as opened:
            assert opened.manifest == written
            opened.verify()
            for member, (_, file) in zip(opened.manifest.members, files, strict=True):
                opened.unpack(member, root / "out" / member.name)
                assert (root / "out" / member.name).read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    "name",
    [
        "project/../evil", "project/a/../../../evil", "/etc/evil", "../evil", "project//evil", "project/./evil",
        "project/C:evil", "project/a\\..\\evil", "evil", "project/", "project/a\nb", "graph/other.dump",
    ],
)  # fmt: skip
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    source = forge(tmp_path / "b.zip", {DUMP: b"g", name: b"x"})
    with pytest.raises(StoreDamaged), BackupFile.open(source):
        pass


def test_members_and_manifest_must_agree(tmp_path: Path) -> None:
    good = {DUMP: b"g", "project/a": b"x"}
    with BackupFile.open(forge(tmp_path / "good.zip", good)) as opened:
        opened.verify()
    listed = [{"name": DUMP, "size": 1, "sha256": hashlib.sha256(b"g").hexdigest()}]
    for number, (files, changed) in enumerate(
        [
            (good, {"members": listed}),
            ({DUMP: b"g"}, {"members": [*listed, {"name": "project/a", "size": 1, "sha256": ""}]}),
            ({"project/a": b"x"}, {}),
            (good, {"format": 99}),
            (good, {"members": "none"}),
            (good, {"versions": []}),
            ({DUMP: b"g", "project/a": b"x", "project/A": b"y"}, {}),
        ]
    ):
        source = forge(tmp_path / f"{number}.zip", files, **changed)
        with pytest.raises(StoreDamaged, match="cannot be restored"), BackupFile.open(source):
            pass


def test_a_changed_member_is_found(tmp_path: Path) -> None:
    right = hashlib.sha256(b"right").hexdigest()
    members = [
        {"name": DUMP, "size": 1, "sha256": hashlib.sha256(b"g").hexdigest()},
        {"name": "project/a", "size": 5, "sha256": right},
    ]
    source = forge(tmp_path / "b.zip", {DUMP: b"g", "project/a": b"wrong"}, members=members)
    with BackupFile.open(source) as opened, pytest.raises(StoreDamaged, match="project/a"):
        opened.verify()


def test_a_member_larger_than_stated_is_not_unpacked_whole(tmp_path: Path) -> None:
    bomb = b"\0" * (64 << 20)
    source = tmp_path / "b.zip"
    with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(DUMP, b"g")
        packed.writestr("project/a", bomb)
        members = [{"name": DUMP, "size": 1, "sha256": ""}, {"name": "project/a", "size": 10, "sha256": ""}]
        manifest = {"format": 1, "made": "", "digest": "", "versions": {}, "members": members}
        packed.writestr(MANIFEST, json.dumps(manifest))
    with BackupFile.open(source) as opened:
        with pytest.raises(StoreDamaged):
            opened.unpack(opened.manifest.members[1], tmp_path / "out")
        assert (tmp_path / "out").stat().st_size <= 2 << 20


def test_what_is_no_backup_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such backup"), BackupFile.open(tmp_path / "absent.zip"):
        pass
    text = tmp_path / "text.zip"
    text.write_text("hello")
    with pytest.raises(StoreDamaged), BackupFile.open(text):
        pass
    whole = forge(tmp_path / "whole.zip", {DUMP: b"g" * 5000})
    text.write_bytes(whole.read_bytes()[:3000])
    with pytest.raises(StoreDamaged), BackupFile.open(text):
        pass
