"""The SHACL engines by name; those that need much are imported when they are asked for."""

from __future__ import annotations

from ontology.errors import ConfigurationError
from validation.direct import DirectEngine
from validation.engine import ShaclEngine
from validation.worker import LimitedEngine, Limits

ENGINES = ("direct", "pyshacl", "shifty", "off")


def make_engine(name: str, limits: Limits | None = None) -> ShaclEngine | None:
    """The engine called ``name``; None for ``off``. With ``limits`` it runs in a process of its own that keeps them.

    Raises:
        ConfigurationError: there is none of that name, or it isn't installed.
    """
    if limits is not None and name in ENGINES and name != "off":
        return LimitedEngine(name, limits)
    match name:
        case "direct":
            return DirectEngine()
        case "pyshacl":
            from validation.pyshacl_engine import PyShaclEngine

            return PyShaclEngine()
        case "shifty":
            from validation.shifty_engine import ShiftyEngine

            return ShiftyEngine()
        case "off":
            return None
        case _:
            raise ConfigurationError(f"There is no SHACL engine {name!r}.", do=f"Use one of {', '.join(ENGINES)}.")
