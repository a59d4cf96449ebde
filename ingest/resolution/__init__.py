"""Entity resolution: which mentions describe one thing, why, and under which id (``docs/resolution.md``)."""
