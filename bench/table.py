"""Tables of measurements: a figure of knockon's beside a peer's and their ratio, printed and kept as JSON lines."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

_LESS_IS_BETTER = {"s", "ms", "µs", "MiB"}


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement; without a peer it stands alone."""

    name: str
    ours: float
    unit: str
    peer: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times better than the peer: above 1, knockon wins (less time, or a higher rate)."""
        if self.peer is None or not self.ours or not self.peer:
            return None
        return self.peer / self.ours if self.unit in _LESS_IS_BETTER else self.ours / self.peer


def show(title: str, lines: Sequence[Line], *, peer: str = "peer") -> str:
    """The table as text, in columns that are as wide as they need to be."""
    rows = [("", "knockon", peer, "ratio", "")]
    rows += [
        (line.name, _figure(line.ours, line.unit), _figure(line.peer, line.unit), _ratio(line.ratio), line.note)
        for line in lines
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    body = [
        "  ".join([row[0].ljust(widths[0]), *(row[i].rjust(widths[i]) for i in (1, 2, 3)), row[4]]).rstrip()
        for row in rows
    ]
    return "\n".join([title, "-" * len(title), *body, ""])


def record(bench: str, title: str, lines: Sequence[Line], machine: dict[str, object], file: Path | None) -> None:
    """Append the measurements to a file, one JSON object for the table; nothing without a file."""
    if file is None:
        return
    kept = {
        "bench": bench, "title": title, "at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine,
        "lines": [{**asdict(line), "ratio": line.ratio} for line in lines],
    }  # fmt: skip
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(kept, ensure_ascii=False) + "\n")


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of the values lie (linear between neighbours).

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values")
    if share == 0.5:
        return statistics.median(values)
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 3
    return f"{value:,.{digits}f} {unit}".rstrip()


def _ratio(value: float | None) -> str:
    return "–" if value is None else f"{value:,.2f}×"
