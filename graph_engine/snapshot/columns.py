"""Columns: typed values with nulls, texts as codes into a sorted dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from graph_engine.snapshot.texts import Array, Int64, Texts
from ontology.model import Datatype
from ontology.types import Value
from ontology.values import Native

Int32 = npt.NDArray[np.int32]
Bool = npt.NDArray[np.bool_]

OPEN_FROM = np.int32(-(2**31))
"""``valid_from`` of a relation that has always held."""
OPEN_TO = np.int32(2**31 - 1)
"""``valid_to`` of a relation with no end."""
_EPOCH = date(1970, 1, 1)
_EPOCH_UTC = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def days_of(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH.toordinal()


def date_of(days: int) -> date:
    """The date that many days after 1970-01-01."""
    return date.fromordinal(_EPOCH.toordinal() + int(days))


@dataclass(frozen=True, slots=True)
class Column:
    """The values of one property, aligned with the rows it was asked for.

    ``values`` holds int64 (INTEGER, DECIMAL at its scale), float64, bool, int32 days (DATE), int64 microseconds since
    1970 in UTC (DATETIME) or int32 codes into ``dictionary`` (STRING; -1 where null). With ``offsets`` (a property
    with several values) row ``i`` owns ``values[offsets[i]:offsets[i + 1]]``.
    """

    datatype: Datatype
    values: Array
    null: Bool
    dictionary: Texts | None = None
    offsets: Int64 | None = None

    def __len__(self) -> int:
        return len(self.null)

    def python(self, i: int) -> Value | None:
        """The value of row ``i`` as Python has it; a tuple for a property with several."""
        if self.null[i]:
            return None
        if self.offsets is None:
            return self._native(i)
        return tuple(self._native(j) for j in range(int(self.offsets[i]), int(self.offsets[i + 1])))

    def listed(self) -> list[Value | None]:
        """The values of all rows as :meth:`python` gives them; texts are decoded once each."""
        if self.offsets is not None or self.datatype is not Datatype.STRING or self.dictionary is None:
            return [self.python(i) for i in range(len(self))]
        texts: list[str | None] = [*self.dictionary, None]  # -1, where null, is the last one
        return [None if n else texts[c] for c, n in zip(self.values.tolist(), self.null.tolist(), strict=True)]

    def _native(self, j: int) -> Native:
        value = self.values[j]
        match self.datatype:
            case Datatype.STRING:
                assert self.dictionary is not None
                text: str = self.dictionary[int(value)]
                return text
            case Datatype.INTEGER | Datatype.DECIMAL:
                return int(value)
            case Datatype.FLOAT:
                return float(value)
            case Datatype.BOOLEAN:
                return bool(value)
            case Datatype.DATE:
                return date_of(int(value))
            case Datatype.DATETIME:
                return _EPOCH_UTC + int(value) * _MICROSECOND

    def code_of(self, text: str) -> int | None:
        """The code of a text in this column (None: no row has it)."""
        return self.dictionary.find(text) if self.dictionary is not None else None

    def floats(self, scale: int = 0) -> npt.NDArray[np.float64]:
        """Values as float64 with NaN for null; decimals are divided by ``10**scale``. Only for numbers."""
        result = np.asarray(self.values, dtype=np.float64)
        if scale:
            result = result / 10.0**scale
        return np.where(self.null, np.nan, result)

    def take(self, rows: Array) -> Column:
        """The same column for some rows, in their order."""
        if self.offsets is None:
            return Column(self.datatype, self.values[rows], self.null[rows], self.dictionary)
        lengths = (self.offsets[1:] - self.offsets[:-1])[rows]
        offsets = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum(lengths, out=offsets[1:])
        flat = np.repeat(self.offsets[:-1][rows] - offsets[:-1], lengths) + np.arange(offsets[-1])
        return Column(self.datatype, self.values[flat], self.null[rows], self.dictionary, offsets)


def pack(datatype: Datatype, cells: Sequence[object], *, functional: bool = True, name: str = "") -> Column:
    """A column from Python (or driver) values; None is null. Without ``functional`` a cell is a list.

    Raises:
        ValueError: a value does not fit the property's datatype.
    """
    null = np.fromiter((c is None for c in cells), dtype=np.bool_, count=len(cells))
    offsets: Int64 | None = None
    flat: Sequence[object] = cells
    if not functional:
        offsets = np.zeros(len(cells) + 1, dtype=np.int64)
        listed = [c if isinstance(c, list | tuple) else () if c is None else (c,) for c in cells]
        np.cumsum([len(c) for c in listed], out=offsets[1:])
        flat = [v for c in listed for v in c]
    kind = datatype
    try:
        if kind is Datatype.STRING:
            distinct = sorted({str(v) for v in flat if v is not None})
            codes = {text: code for code, text in enumerate(distinct)}
            values = np.fromiter((-1 if v is None else codes[str(v)] for v in flat), dtype=np.int32, count=len(flat))
            return Column(kind, values, null, Texts.of(distinct), offsets)
        values = np.array([_number(kind, v) for v in flat], dtype=_DTYPES[kind])
    except (TypeError, OverflowError) as problem:
        raise ValueError(f"{name}: a value is not a {kind.value} ({problem})") from problem
    return Column(kind, values, null, None, offsets)


def concatenate(datatype: Datatype, columns: Sequence[Column]) -> Column:
    """One column from several of the same datatype."""
    if len(columns) == 1:
        return columns[0]
    several = any(c.offsets is not None for c in columns)
    null = np.concatenate([c.null for c in columns]) if columns else np.zeros(0, dtype=np.bool_)
    dictionary: Texts | None = None
    parts = [c.values for c in columns]
    if datatype is Datatype.STRING:
        merged = sorted({text for c in columns for text in c.dictionary or ()})
        dictionary = Texts.of(merged)
        place = {text: code for code, text in enumerate(merged)}
        parts = []
        for c in columns:
            table = np.array([place[text] for text in c.dictionary or ()] + [-1], dtype=np.int32)
            parts.append(table[c.values])
    values = np.concatenate(parts) if parts else np.zeros(0, dtype=_DTYPES[datatype])
    offsets: Int64 | None = None
    if several:
        lengths = [c.offsets[1:] - c.offsets[:-1] if c.offsets is not None else ~c.null for c in columns]
        offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(np.concatenate(lengths), dtype=np.int64)])
    return Column(datatype, values, null, dictionary, offsets)


def nothing(datatype: Datatype, size: int, *, functional: bool = True) -> Column:
    """A column of nulls."""
    return pack(datatype, [None] * size, functional=functional)


def store(arrays: dict[str, Array], prefix: str, column: Column) -> None:
    """Put a column into a container's arrays."""
    arrays[prefix + "/values"] = column.values
    if column.null.any():
        arrays[prefix + "/null"] = np.packbits(column.null)
    if column.dictionary is not None:
        column.dictionary.store(arrays, prefix)
    if column.offsets is not None:
        arrays[prefix + "/rows"] = column.offsets


def load(arrays: Mapping[str, Array], prefix: str, datatype: Datatype, size: int) -> Column:
    """Take a column of ``size`` rows from a container's arrays."""
    packed = arrays.get(prefix + "/null")
    null = np.zeros(size, dtype=np.bool_) if packed is None else np.unpackbits(packed, count=size).view(np.bool_)
    texts = Texts.load(arrays, prefix) if datatype is Datatype.STRING else None
    return Column(datatype, arrays[prefix + "/values"], null, texts, arrays.get(prefix + "/rows"))


_DTYPES: Mapping[Datatype, npt.DTypeLike] = {
    Datatype.STRING: np.int32,
    Datatype.INTEGER: np.int64,
    Datatype.DECIMAL: np.int64,
    Datatype.FLOAT: np.float64,
    Datatype.BOOLEAN: np.bool_,
    Datatype.DATE: np.int32,
    Datatype.DATETIME: np.int64,
}


def _number(kind: Datatype, value: object) -> int | float | bool:
    if value is None:
        return 0
    to_native = getattr(value, "to_native", None)
    if to_native is not None:
        value = to_native()
    match kind:
        case Datatype.DATE if isinstance(value, date) and not isinstance(value, datetime):
            return days_of(value)
        case Datatype.DATETIME if isinstance(value, datetime):
            return (value.astimezone(UTC) - _EPOCH_UTC) // _MICROSECOND
        case Datatype.BOOLEAN if isinstance(value, bool):
            return value
        case Datatype.INTEGER | Datatype.DECIMAL if isinstance(value, int) and not isinstance(value, bool):
            return value
        case Datatype.FLOAT if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    raise TypeError(f"{value!r}")


def ragged(lists: Iterable[Sequence[int]]) -> tuple[Int64, Int32]:
    """Offsets and flat int32 values of lists of integers."""
    lengths: list[int] = [0]
    flat: list[int] = []
    for one in lists:
        flat.extend(one)
        lengths.append(len(flat))
    return np.array(lengths, dtype=np.int64), np.array(flat, dtype=np.int32)
