"""What the server is told."""

from __future__ import annotations

from pathlib import Path

from graph_engine.server import conf
from graph_engine.server.jars import Jar
from graph_engine.server.memory import Memory


def test_the_server_listens_on_loopback_only_and_reports_to_nobody(tmp_path: Path) -> None:
    settings = conf.settings(tmp_path, 12345, Memory(1000, 200))
    addresses = [value for key, value in settings.items() if key.endswith("_address")]
    assert addresses
    assert all(value in ("127.0.0.1", "127.0.0.1:12345") for value in addresses)
    for key in (
        "server.http.enabled", "server.https.enabled", "dbms.usage_report.enabled", "dbms.fleet_manager.enabled",
        "server.fleet_discovery.enabled", "client.allow_telemetry", "dbms.security.allow_csv_import_from_file_urls",
    ):  # fmt: skip
        assert settings[key] == "false"
    assert settings["dbms.security.auth_enabled"] == "true"
    assert settings["dbms.memory.transaction.total.max"] == "700m"


def test_plugins_hold_the_pinned_gds_and_nothing_else(tmp_path: Path) -> None:
    home, cache = tmp_path / "home", tmp_path / "cache"
    listed = [
        Jar("org.neo4j", "neo4j", "2", "", 1, ""),
        Jar("org.neo4j.gds", "proc", "2", "", 1, ""),
        Jar("org.neo4j.gds", "algo", "2", "", 1, ""),
    ]
    for jar in listed:
        (cache / jar.path).parent.mkdir(parents=True)
        (cache / jar.path).write_text(jar.name)
    plugins = home / "plugins"
    plugins.mkdir(parents=True)
    (plugins / "proc-1.jar").write_text("an older one")
    (plugins / "proc-2.jar").symlink_to(tmp_path / "gone.jar")
    (plugins / "stranger.jar").write_text("not ours")
    for _ in range(2):
        classpath = conf.link_plugins(home, cache, listed)
        assert sorted(file.name for file in plugins.iterdir()) == ["algo-2.jar", "proc-2.jar"]
        assert (plugins / "proc-2.jar").read_text() == "proc-2.jar"
        assert classpath == [cache / listed[0].path, plugins / "proc-2.jar", plugins / "algo-2.jar"]
