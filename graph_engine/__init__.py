"""The only client of Neo4j: managed server, driver, schema, reading, writing, snapshot."""

import sys

# The driver imports pandas and pyarrow, where installed, only to take their types as parameters. knockon passes none,
# and the import is most of a second of every command's start. `Result.to_df` still imports pandas by itself.
_absent = [name for name in ("pandas", "pyarrow") if name not in sys.modules and "neo4j" not in sys.modules]
for _name in _absent:
    sys.modules[_name] = None  # type: ignore[assignment]
try:
    import neo4j  # noqa: F401
finally:
    for _name in _absent:
        del sys.modules[_name]
