"""Entry point. Puts the rooms on the path, then hands over to the command line.

In a wheel the rooms live in ``knockon/_app`` (see ``pyproject.toml``); in a checkout they are the root folders.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the ``knockon`` command line."""
    here = Path(__file__).resolve().parent
    packed = here / "_app"
    sys.path.insert(0, str(packed if packed.is_dir() else here.parent))
    try:
        from api.cli import app

        app()
    except KeyboardInterrupt:  # while still loading; a command that runs says it itself
        print("\nStopped before anything was done.", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
