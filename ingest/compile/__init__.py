"""From a mapping to DuckDB SQL over the archived rows."""
