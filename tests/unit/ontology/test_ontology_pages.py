"""Generated and hand-written pages about the ontology stay true."""

from __future__ import annotations

import re
from pathlib import Path

from ontology.check import check
from ontology.document import TARGET, render
from ontology.load import load_ontology
from validation.shapes import load_shapes

DOCS = Path(__file__).resolve().parents[3] / "docs"


def test_the_ontology_page_is_what_the_ontology_says() -> None:
    assert TARGET.read_text(encoding="utf-8") == render(load_ontology()), "run `python -m ontology.document`"


def test_the_page_has_every_name() -> None:
    ontology = load_ontology()
    page = render(ontology)
    for class_ in ontology.classes.values():
        assert f"### {class_.name}\n" in page
        assert all(f"| `{name}` |" in page for name in class_.properties)
    for relation in ontology.relations.values():
        assert f"| `{relation.role}` |" in page and f"| `{relation.inverse_role}` |" in page


def test_the_example_of_an_extension_works_as_it_stands(tmp_path: Path) -> None:
    text = (DOCS / "extending-the-ontology.md").read_text(encoding="utf-8")
    example = re.search(r"```turtle\n(.*?)```", text, re.S)
    assert example is not None
    file = tmp_path / "rental.ttl"
    file.write_text(example[1], encoding="utf-8")
    assert check([file]) == []
    ontology = load_ontology([file])
    rental = ontology.classes["Rental"]
    assert (rental.title, rental.when, rental.amount) == ("number", "returns_on", "fee")
    assert rental.properties["fee"].is_money
    assert ontology.classes["Product"].properties["service_interval"].unit == "DAY"
    assert ontology.roles("Customer")["rentals"].target == "Rental"
    assert load_shapes(ontology, [file]).files[-1] == str(file)


def test_the_glossary_is_sorted_and_says_one_sentence_each() -> None:
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    terms = re.findall(r"^\*\*(.+?)\.\*\* (.+)$", text, re.M)
    assert len(terms) >= 40
    names = [name.lower() for name, _ in terms]
    assert names == sorted(names)
    for name, meaning in terms:
        assert meaning.endswith(".") and meaning.count(". ") == 0, name


def test_links_lead_to_pages_that_are_there() -> None:
    for page in ("ontology.md", "extending-the-ontology.md", "glossary.md"):
        text = (DOCS / page).read_text(encoding="utf-8")
        anchors = {line[4:].strip().lower() for line in text.splitlines() if line.startswith("### ")}
        for target in re.findall(r"\]\(([^)]+)\)", text):
            if target.startswith("#"):
                assert target[1:] in anchors, target
            else:
                assert (DOCS / target).is_file(), target
