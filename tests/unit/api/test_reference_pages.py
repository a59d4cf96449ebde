"""The reference pages say what the commands and settings are today."""

from __future__ import annotations

import re

from api.cli import app
from api.cli.document import DOCS, cli_page, configuration_page


def test_the_page_of_commands_is_fresh() -> None:
    assert (DOCS / "cli.md").read_text(encoding="utf-8") == cli_page(app), "run `make docs`"


def test_the_page_of_settings_is_fresh() -> None:
    assert (DOCS / "configuration.md").read_text(encoding="utf-8") == configuration_page(), "run `make docs`"


def test_every_command_says_what_it_does() -> None:
    page = cli_page(app)
    for section in page.split("\n## ")[1:]:
        lines = section.splitlines()
        assert lines[4].strip(), f"{lines[0]} has no help"


_NAMED = re.compile(r"`knockon ((?:[a-z]+)(?: [a-z-]+)?)")


def test_every_command_that_a_message_or_page_names_exists() -> None:
    root = DOCS.parent
    known = {line.removeprefix("## knockon ") for line in cli_page(app).splitlines() if line.startswith("## knockon ")}
    groups = {name.split()[0] for name in known if " " in name}
    rooms = ("ontology", "validation", "graph_engine", "ingest", "reasoning", "api")
    files = [f for room in rooms for f in (root / room).rglob("*.py")]
    files += [*(root).glob("*.md"), *DOCS.glob("*.md"), *(root / "examples").rglob("README.md")]
    unknown = []
    for file in files:
        for found in _NAMED.finditer(file.read_text(encoding="utf-8")):
            words = found[1].split()
            name = " ".join(words[:2]) if words[0] in groups and len(words) > 1 else words[0]
            if name not in known and name not in groups:
                unknown.append(f"{file.relative_to(root)}: knockon {name}")
    assert unknown == []
