"""The page for people: built from ``web/`` by ``make web``, kept here so that whoever uses knockon needs no Node."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

STATIC = Path(__file__).parent / "static"
DIGEST = "sources.sha256"
"""The file beside the build that says which sources it was made of."""
INDEX = "index.html"
POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "font-src 'self'",
        "connect-src 'self'", "manifest-src 'self'", "form-action 'none'", "base-uri 'none'", "frame-ancestors 'none'",
        "require-trusted-types-for 'script'", "trusted-types 'none'",
    )
)  # fmt: skip
"""Only what was built runs or is asked: no inline script or style, no other host, no markup made of text."""
_TYPES = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".woff2": "font/woff2", ".svg": "image/svg+xml", ".json": "application/json", ".txt": "text/plain; charset=utf-8",
}  # fmt: skip
_SQUEEZED = frozenset({".html", ".js", ".css", ".svg", ".json", ".txt"})


@dataclass(frozen=True)
class Asset:
    """One file of the page."""

    name: str
    content: bytes
    media_type: str

    @cached_property
    def etag(self) -> str:
        """Changes with the content."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:24]}"'

    @cached_property
    def squeezed(self) -> bytes | None:
        """The content, gzipped; None where that gains nothing."""
        return gzip.compress(self.content, 9, mtime=0) if Path(self.name).suffix in _SQUEEZED else None

    @property
    def lasting(self) -> bool:
        """Whether its name holds a hash of its content, so that it may be kept for ever."""
        return self.name.startswith("assets/")


def assets(folder: Path = STATIC) -> Mapping[str, Asset]:
    """All files of the page by the path that they are asked under; empty where it was not built."""
    found = (p for p in sorted(folder.rglob("*")) if p.is_file() and p.suffix in _TYPES)
    return {(name := p.relative_to(folder).as_posix()): Asset(name, p.read_bytes(), _TYPES[p.suffix]) for p in found}


def source_digest(web: Path) -> str:
    """One hash over the sources of the page, whatever the line ends of the checkout.

    Paths in order, each with the hash of its text; what is built or installed is left aside.
    """
    held = hashlib.sha256()
    for path in sorted(_sources(web), key=lambda p: p.relative_to(web).as_posix()):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        held.update(f"{path.relative_to(web).as_posix()} {hashlib.sha256(content).hexdigest()}\n".encode())
    return held.hexdigest()


def _sources(web: Path) -> list[Path]:
    files = [web / n for n in ("index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts")]
    return [*files, *(p for n in ("src", "public") for p in (web / n).rglob("*") if p.is_file())]
