"""The SHACL engines by name; those that need much are imported when they are asked for."""

from __future__ import annotations

from ontology.errors import ConfigurationError
from validation.direct import DirectEngine
from validation.engine import ShaclEngine

ENGINES = ("direct", "pyshacl", "shifty", "off")


def make_engine(name: str) -> ShaclEngine | None:
    """The engine called ``name``; None for ``off``.

    Raises:
        ConfigurationError: there is none of that name, or it isn't installed.
    """
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
