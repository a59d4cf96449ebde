"""A file of a gigabyte: memory stays bounded, and what rests on a sample is said to. Run as people run it."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

SIZE = 1_000_000_000
MOST_MEMORY = 900 << 20
"""Of the whole program, libraries and all; the file is larger."""
ROWS = 1_000_000

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(900)]

RUN = """
import json, resource, sys
from typer.testing import CliRunner
from api.cli import app
result = CliRunner().invoke(app, ["init", sys.argv[1], "--yes", "--json"])
assert result.exit_code == 0, result.output
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"peak": peak, "said": json.loads(result.stdout.splitlines()[-1])}))
"""


def test_a_gigabyte_in_bounded_memory_and_said_to_be_a_sample(tmp_path: Path) -> None:
    path = tmp_path / "order_items.csv"
    block = "".join(
        f"{i:08},O-{i // 3:07},P-{i % 9000},{i % 90 + 1},{i % 500}.50,2024-{i % 12 + 1:02}-07,packed by hand\n"
        for i in range(ROWS)
    ).encode()
    with path.open("wb") as out:
        out.write(b"item_id,order_id,product_id,quantity,unit_price,due_date,note\n")
        while out.tell() < SIZE:
            out.write(block)
    run = subprocess.run([sys.executable, "-c", RUN, str(tmp_path)], check=True, capture_output=True, text=True)
    content = json.loads(run.stdout.splitlines()[-1])
    assert content["peak"] < MOST_MEMORY < path.stat().st_size
    table = content["said"]["tables"][0]
    assert table["sample"] and 0 < table["rows"] < 20 * ROWS
    assert any(f["code"] == "sample" for f in content["said"]["findings"])
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime < 300
