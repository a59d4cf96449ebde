"""Which encoding a text file is in, found from its bytes; decoding that loses nothing.

A byte that is no character in the encoding decodes to a lone surrogate (:data:`BAD`), so that the row around it can be
set aside with its text. The rules, in order: byte order mark; zeros in every other byte (UTF-16 without a mark); valid
UTF-8; mostly valid UTF-8 with a few stray bytes; charset-normalizer on a sample, where cp1252 wins near-ties;
cp1252.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import charset_normalizer

from ontology.errors import SourceError

CHUNK = 1 << 20
_SAMPLE = 1 << 16
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY = (
    (b"PK\x03\x04", "a zip archive (an Excel .xlsx or .ods file is one)"),
    (b"PAR1", "a Parquet file"),
    (b"\x89PNG", "a PNG image"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (.xls, .doc) or an encrypted one"),
    (b"SQLite format 3", "a SQLite database"),
    (b"\xff\xd8\xff", "a JPEG image"),
)
_NO_FILES = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"})
"""Codecs that Python counts among encodings of text, and that no file is in."""
_SINGLE_BYTE_GUESSES = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257")
_OTHER_GUESSES = ("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "koi8_r", "cp437", "cp850", "cp852", "mac_roman")


def _mark_bad(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error("knockon-mark", _mark_bad)


def bad_bytes(text: str) -> str:
    """The bytes that did not decode, as ``0xE9 0xF1``; empty if there are none."""
    found = [f"0x{ord(c) - 0xDC00:02X}" for c in text if "\udc00" <= c <= "\udcff"]
    return " ".join(found[:8])


def printable(text: str) -> str:
    """The text with each undecodable byte written ``\\xE9``."""
    return (
        "".join(f"\\x{ord(c) - 0xDC00:02X}" if "\udc00" <= c <= "\udcff" else c for c in text)
        .encode("utf-8", "backslashreplace")
        .decode()
    )


@dataclass(frozen=True, slots=True)
class TextFile:
    """What one pass over a text file found."""

    path: Path
    encoding: str
    skip: int
    """Bytes of the byte order mark."""
    lone_cr: bool
    """A carriage return that no line feed follows (UTF-8 and single-byte encodings only)."""
    valid: bool
    """Every byte is a character of the encoding."""

    def chunks(self) -> Iterator[str]:
        """The decoded text, piece by piece."""
        decoder = codecs.getincrementaldecoder(self.encoding)("knockon-mark")
        with self.path.open("rb") as stream:
            stream.seek(self.skip)
            while data := stream.read(CHUNK):
                yield decoder.decode(data)
            yield decoder.decode(b"", True)


def inspect(path: Path, encoding: str | None) -> TextFile:
    """Find the encoding of a text file, or check the one that the mapping gives.

    Raises:
        SourceError: it is not text, is cut off, or the encoding named does not exist.
    """
    with path.open("rb") as stream:
        sample = stream.read(_SAMPLE)
    for magic, kind in _BINARY:
        if sample.startswith(magic):
            raise SourceError(
                f"this is {kind}, not delimited text.",
                where=path,
                do="Export it as text, or name its format in the mapping: `format: excel` or `format: parquet`.",
            )
    if encoding is None:
        name, skip = _by_mark_or_zeros(sample)
    else:
        name, skip = _named(path, encoding, sample)
    if name is not None and name.startswith(("utf-16", "utf-32")):
        _check_whole_units(path, name, skip)
        return TextFile(path, name, skip, lone_cr=True, valid=False)
    if b"\0" in sample:
        raise SourceError(
            "this looks like a binary file, not text: it holds zero bytes.",
            where=path,
            do="Check that it is the right file and complete, or name its `format:` or `encoding:` in the mapping.",
        )
    scan = _scan_utf8(path, skip)
    if name is None:
        name = "utf-8" if scan.good or scan.multibyte >= 10 * scan.bad else _guess(path)
    valid = scan.good if name == "utf-8" else False
    return TextFile(path, name, skip, lone_cr=scan.lone_cr, valid=valid)


def _by_mark_or_zeros(sample: bytes) -> tuple[str | None, int]:
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name, len(mark)
    if b"\0" in sample:
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        half = max(1, len(sample) // 2)
        if odd > 0.3 * half and odd > 8 * even:
            return "utf-16-le", 0
        if even > 0.3 * half and even > 8 * odd:
            return "utf-16-be", 0
    return None, 0


def _named(path: Path, encoding: str, sample: bytes) -> tuple[str, int]:
    name = _codec(encoding)
    if name is None:
        raise SourceError(
            f"there is no encoding of text called {encoding!r}.",
            where=path,
            do="Common names: utf-8, utf-16, cp1252, latin-1, cp850. Leave `encoding:` out to have it found.",
        )
    if name == "utf-8-sig":
        name = "utf-8"
    for mark, marked in _MARKS:
        if sample.startswith(mark):
            if marked == name or (name in ("utf-16", "utf-32") and marked.startswith(name)):
                return marked, len(mark)
            raise SourceError(
                f"the mapping says {encoding}, but the file begins with the mark of {marked.upper()}.",
                where=path,
                do=f"Leave `encoding:` out, or say `encoding: {marked}`.",
            )
    if name.startswith(("utf-16", "utf-32")) and sample and b"\0" not in sample:
        # Separators and row ends hold a zero in these encodings.
        raise SourceError(
            f"the mapping says {encoding}, but the file holds one byte for each letter.",
            where=path,
            do="Leave `encoding:` out, or name the right one, such as utf-8 or cp1252.",
        )
    if name in ("utf-16", "utf-32"):
        found, skip = _by_mark_or_zeros(sample)
        return (found, skip) if found else (f"{name}-le", 0)
    if not name.startswith("utf-16") and _by_mark_or_zeros(sample)[0]:
        raise SourceError(
            f"the mapping says {encoding}, but the bytes look like UTF-16.",
            where=path,
            do="Leave `encoding:` out, or say `encoding: utf-16`.",
        )
    return name, 0


def _codec(encoding: str) -> str | None:
    """Python's name of an encoding of text; None for what is none (``base64``) or is in no file (``idna``)."""
    try:
        name = codecs.lookup(encoding).name
        if name in _NO_FILES:
            return None
        "".encode(encoding)  # refuses codecs from bytes to bytes and from text to text
        codecs.getincrementaldecoder(name)("knockon-mark").decode(b"", True)
    except (LookupError, UnicodeError, ValueError):
        return None
    return name


def _check_whole_units(path: Path, name: str, skip: int) -> None:
    unit = 2 if name.startswith("utf-16") else 4
    size = path.stat().st_size
    if (size - skip) % unit:
        raise SourceError(
            f"the file is cut off: {size} bytes are no whole number of {name.upper()} characters.",
            where=path,
            do="Export or copy it again.",
        )


@dataclass(slots=True)
class _Scan:
    good: bool = True
    multibyte: int = 0
    bad: int = 0
    lone_cr: bool = False


def _scan_utf8(path: Path, skip: int) -> _Scan:
    scan = _Scan()
    decoder = codecs.getincrementaldecoder("utf-8")("knockon-mark")
    held = b""
    with path.open("rb") as stream:
        stream.seek(skip)
        while True:
            data = stream.read(CHUNK)
            if not data:
                break
            if not scan.lone_cr:
                joined = held + data
                ends = joined[:-1] if joined.endswith(b"\r") else joined
                scan.lone_cr = b"\r" in ends and ends.count(b"\r") != ends.count(b"\r\n")
                held = b"\r" if joined.endswith(b"\r") else b""
            if data.isascii() and not decoder.getstate()[0]:
                continue
            _count(scan, decoder.decode(data))
    scan.lone_cr = scan.lone_cr or held == b"\r"
    _count(scan, decoder.decode(b"", True))
    return scan


def _count(scan: _Scan, text: str) -> None:
    bad = 0
    try:
        text.encode()
    except UnicodeEncodeError:
        bad = sum("\udc00" <= c <= "\udcff" for c in text)
        scan.good = False
    scan.bad += bad
    scan.multibyte += len(text) - len(text.encode("ascii", "ignore")) - bad


def _guess(path: Path) -> str:
    """The most plausible legacy encoding of the lines that hold bytes above 127."""
    lines: list[bytes] = []
    held = 0
    with path.open("rb") as stream:
        while held < _SAMPLE and (line := stream.readline(CHUNK)):
            if not line.isascii():
                lines.append(line)
                held += len(line)
    matches = charset_normalizer.from_bytes(
        b"".join(lines)[:_SAMPLE], cp_isolation=[*_SINGLE_BYTE_GUESSES, *_OTHER_GUESSES], preemptive_behaviour=False
    )
    scores = {match.encoding: (match.chaos, -match.coherence) for match in matches}
    if not scores:
        return "cp1252"
    best = min(scores, key=lambda name: scores[name])
    western = scores.get("cp1252")
    if western is not None and western[0] <= scores[best][0] + 0.05 and western[1] <= scores[best][1] + 0.15:
        return "cp1252"
    return best
