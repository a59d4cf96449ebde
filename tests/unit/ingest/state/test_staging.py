"""The staging database where there is no room for it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingest.state.staging import Staging, stoppable
from ontology.errors import ConfigurationError, LimitExceeded


def test_a_computation_that_needs_more_than_there_is_says_so(tmp_path: Path) -> None:
    with pytest.raises(LimitExceeded, match="more memory and disk"), stoppable(), Staging(tmp_path, 32 << 20) as db:
        db.run("SET max_temp_directory_size = '1MiB'")
        db.run("SELECT max(len(s)) FROM (SELECT string_agg(md5(i::VARCHAR), '') AS s FROM range(5_000_000) t(i))")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_named_with_its_folder() -> None:
    text = 'IO Error: Could not write file "/data/.knockon/tmp/staging-x/staging.duckdb": No space left on device'
    with pytest.raises(ConfigurationError, match="disk is full") as found, stoppable():
        raise duckdb.IOException(text)
    assert "/data/.knockon/tmp/staging-x" in str(found.value)


def test_ctrl_c_stays_ctrl_c_and_other_errors_stay_what_they_are() -> None:
    with pytest.raises(KeyboardInterrupt), stoppable():
        raise duckdb.InterruptException("INTERRUPT Error: Interrupted!")
    with pytest.raises(duckdb.BinderException), stoppable():
        raise duckdb.BinderException("no such column")
