"""New records against those that are there: the same pairs as from nothing, whatever came, changed or went."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up import one_table, person, person_again, same  # type: ignore[import-not-found]

from ingest.resolution.party_index import PartyIndex, bring_up_to_date, records_of
from ingest.resolution.party_model import PartyModel, train
from ingest.resolution.pinned import Pin, Shelf
from ontology.errors import StoreDamaged

NAMES = {
    "given": "given_name", "family": "surname", "born": "birth_date", "street": "street", "city": "city",
    "postcode": "postcode", "phone": "phone", "email": "email",
}  # fmt: skip
CASE = one_table("index", person, same, person_again, 160, 0.5, seed=6)
ROWS = {
    f"m{at:04}": {role: CASE.left.column(name)[at] or None for role, name in NAMES.items()}
    for at in range(len(CASE.left))
}


def raw(rows: dict[str, dict[str, str | None]]) -> pa.Table:
    mentions = sorted(rows)
    columns = {role: pa.array([rows[m][role] for m in mentions], pa.string()) for role in NAMES}
    hashes = pa.array([hash(tuple(rows[m].values())) % 2**63 for m in mentions], pa.uint64())
    return pa.table({"mention": pa.array(mentions, pa.string()), "raw": hashes, **columns})


@pytest.fixture(scope="module")
def model() -> PartyModel:
    return train(records_of(raw(ROWS), None))


def pairs(index: PartyIndex) -> list[tuple[str, str, float]]:
    held = index.pairs
    return [
        (a, b, round(w, 9)) for a, b, w in zip(*(held[c].to_pylist() for c in ("left", "right", "weight")), strict=True)
    ]


@given(seed=st.integers(0, 10_000), steps=st.integers(1, 4))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_step_by_step_gives_what_all_at_once_gives(model: PartyModel, seed: int, steps: int) -> None:
    """Records come in any order, change and go; a phone number gets crowded and is free again."""
    chance = Random(seed)
    rows: dict[str, dict[str, str | None]] = {}
    index: PartyIndex | None = None
    for _ in range(steps):
        for mention in chance.sample(sorted(ROWS), chance.randint(1, 120)):
            rows[mention] = dict(ROWS[mention])
        for mention in chance.sample(sorted(rows), len(rows) // 8):
            rows[mention]["family"] = chance.choice(["Smith", "smyth", None])
        if chance.random() < 0.4:
            for mention in chance.sample(sorted(rows), min(len(rows), 30)):
                rows[mention]["phone"] = "+49 30 5550000"
        for mention in chance.sample(sorted(rows), len(rows) // 10):
            del rows[mention]
        index = bring_up_to_date(index, model, raw(rows), None, 0.1)
    whole = bring_up_to_date(None, model, raw(rows), None, 0.1)
    assert index is not None
    assert pairs(index) == pairs(whole)


def test_nothing_new_costs_nothing(model: PartyModel) -> None:
    first = bring_up_to_date(None, model, raw(ROWS), None, 0.1)
    again = bring_up_to_date(first, model, raw(ROWS), None, 0.1)
    assert again.compared == 0
    assert again.pairs is first.pairs


def test_what_was_kept_is_what_was(model: PartyModel, tmp_path: Path) -> None:
    index = bring_up_to_date(None, model, raw(ROWS), None, 0.1)
    index.save(tmp_path / "held")
    loaded = PartyIndex.load(tmp_path / "held")
    assert loaded is not None
    assert pairs(loaded) == pairs(index)
    assert loaded.crowded == index.crowded
    assert bring_up_to_date(loaded, model, raw(ROWS), None, 0.1).compared == 0
    (tmp_path / "held" / "pairs.parquet").write_bytes(b"torn")
    assert PartyIndex.load(tmp_path / "held") is None


def test_a_pinned_model_scores_as_it_did(model: PartyModel, tmp_path: Path) -> None:
    digest = Shelf(tmp_path).keep(Pin(parties={"Customer": model}))
    assert Shelf(tmp_path).keep(Pin(parties={"Customer": model})) == digest
    back = Shelf(tmp_path).take(digest).parties["Customer"]
    one, other = (bring_up_to_date(None, m, raw(ROWS), None, 0.1) for m in (model, back))
    assert pairs(one) == pairs(other)


def test_a_damaged_pin_says_what_to_do(tmp_path: Path) -> None:
    digest = Shelf(tmp_path).keep(Pin())
    (tmp_path / "resolution" / f"{digest}.json.gz").write_bytes(b"no")
    with pytest.raises(StoreDamaged, match="cannot be read") as caught:
        Shelf(tmp_path).take(digest)
    assert "knockon resolve train" in str(caught.value.do)
