"""Where the demo may put the sample company, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.demo import SHIPPED, set_up
from ontology.errors import ConfigurationError


@pytest.fixture(autouse=True)
def _no_server_of_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEO4J_URI", raising=False)


def test_the_company_is_copied_whole(tmp_path: Path) -> None:
    settings = set_up(tmp_path / "new" / "demo")
    copied = {f.relative_to(settings.folder): f.read_bytes() for f in settings.folder.rglob("*") if f.is_file()}
    shipped = {
        f.relative_to(SHIPPED): f.read_bytes()
        for f in SHIPPED.rglob("*")
        if f.is_file() and not {"__pycache__", ".knockon"} & set(f.parts)
    }
    assert copied == shipped
    assert len(settings.mappings) == 5


def test_again_it_keeps_what_was_changed_and_brings_what_is_missing(tmp_path: Path) -> None:
    set_up(tmp_path)
    (tmp_path / "shop/orders.csv").write_text("mended", encoding="utf-8")
    (tmp_path / "shop/customers.csv").unlink()
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    set_up(tmp_path)
    assert (tmp_path / "shop/orders.csv").read_text(encoding="utf-8") == "mended"
    assert (tmp_path / "shop/customers.csv").is_file()
    (tmp_path / ".knockon").mkdir()
    set_up(tmp_path, fresh=True)
    assert (tmp_path / "shop/orders.csv").read_bytes() == (SHIPPED / "shop/orders.csv").read_bytes()
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / ".knockon").exists()


def test_a_copy_that_was_interrupted_goes_on(tmp_path: Path) -> None:
    (tmp_path / "knockon.yaml").write_bytes((SHIPPED / "knockon.yaml").read_bytes())
    set_up(tmp_path)
    assert (tmp_path / "erp/stammdaten.xlsx").is_file()


@pytest.mark.parametrize("fresh", [False, True])
def test_a_folder_with_something_else_is_refused_and_untouched(tmp_path: Path, fresh: bool) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="something that isn't the sample company"):
        set_up(tmp_path, fresh=fresh)
    (tmp_path / "knockon.yaml").write_text("company: Another\nmappings: []\n", encoding="utf-8")
    with pytest.raises(ConfigurationError):
        set_up(tmp_path, fresh=fresh)
    assert {f.name for f in tmp_path.iterdir()} == {"thesis.txt", "knockon.yaml"}


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="a file"):
        set_up(tmp_path / "file")
