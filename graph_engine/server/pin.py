"""Write ``jars.lock`` anew: ``python -m graph_engine.server.pin`` (for maintainers; takes some minutes).

The resolver downloads every jar into its own cache and states the sha256 of what it got. The list holds coordinates,
sizes and hashes, no address.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from graph_engine.server.jars import LOCK, Jar

NEO4J = "2026.08.1"
GDS = "2.26.0"
WANTED = (f"org.neo4j:neo4j:{NEO4J}", f"org.neo4j.gds:proc:{GDS}", f"org.neo4j.gds:opengds-extension:{GDS}")


def resolve() -> list[Jar]:
    """Every jar that Neo4j and GDS need at run time, sorted by coordinate."""
    import jgo
    from jgo.config import GlobalSettings

    environment = jgo.build("+".join(WANTED))
    locked = tomllib.loads((Path(environment.path) / "jgo.lock.toml").read_text(encoding="utf-8"))
    repository = Path(GlobalSettings.load().repo_cache)
    jars: list[Jar] = []
    for item in locked["dependencies"]:
        jar = Jar(item["groupId"], item["artifactId"], item["version"], item.get("classifier", ""), 0, item["sha256"])
        size = (repository / jar.path).stat().st_size
        jars.append(Jar(jar.group, jar.artifact, jar.version, jar.classifier, size, jar.sha256))
    return sorted(jars, key=lambda jar: jar.coordinate)


def main() -> None:
    """Resolve and write the list."""
    jars = resolve()
    lines = [
        f"# Neo4j Community {NEO4J} and Graph Data Science {GDS}: sha256, bytes, group:artifact:version[:classifier].",
        "# Written by `python -m graph_engine.server.pin`; do not edit.",
    ]
    lines += [f"{jar.sha256} {jar.size} {jar.coordinate}" for jar in jars]
    LOCK.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(jars)} jars, {sum(jar.size for jar in jars) / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
