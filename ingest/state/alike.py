"""Addresses that are written alike: street, postcode and town are the same but for case, accents and usual words."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.state.staging import Staging

SAME = "address"
"""What the rule is called in the ledger."""


def _plain(column: str) -> str:
    bare = f"strip_accents(lower(replace({column}, 'ß', 'ss')))"
    return f"trim(regexp_replace({bare}, '[^\\p{{L}}\\p{{N}}]+', ' ', 'g'))"


def _street(column: str) -> str:
    """``Hauptstraße 5`` and ``Haupt-Str. 5`` are ``hauptstr5``; digits that stand apart stay apart."""
    text = _plain(column)
    for words, short in (("strasse", "str"), ("street", "st"), ("road", "rd"), ("avenue", "ave")):
        text = f"regexp_replace({text}, '{words}\\b', '{short}', 'g')"
    for pattern in ("([^0-9]) +", " +([^0-9])"):
        text = f"regexp_replace({text}, '{pattern}', '\\1', 'g')"
    return text


_PARTS = ("line_1", "line_2", "postal_code", "city")
_ALIKE = (
    "INSERT INTO keyed SELECT 'alike', '{same}', concat_ws(', ', {street}, nullif({more}, ''), {post}, {town}), n FROM "
    "(SELECT u.unit, min(m.n) AS n, {values} FROM unit u JOIN numbered m USING (mention) JOIN val v USING (mention) "
    "WHERE u.class IN (SELECT class FROM alike) AND v.standing = 1 AND trim(v.value) <> '' GROUP BY u.unit) "
    "WHERE line_1 IS NOT NULL AND postal_code IS NOT NULL AND city IS NOT NULL"
)


def key_alike(db: Staging, classes: Sequence[str]) -> None:
    """Add to ``keyed`` what addresses of these classes are written like. Without a postcode nothing is: streets and
    towns of one name are many."""
    db.run("CREATE OR REPLACE TEMP TABLE alike(class VARCHAR)")
    if not classes:
        return
    db.insert("alike", {"class": list(classes)})
    values = ", ".join(f"min(v.value) FILTER (v.property = '{name}') AS {name}" for name in _PARTS)
    db.run(
        _ALIKE.format(
            same=SAME,
            street=_street("line_1"),
            more=_plain("coalesce(line_2, '')"),
            values=values,
            post=_plain("postal_code"),
            town=_plain("city"),
        )
    )
