"""The reference pages say what the commands and settings are today."""

from __future__ import annotations

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
