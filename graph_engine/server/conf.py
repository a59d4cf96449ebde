"""The files that configure the managed server, written anew at each start from what is decided here."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from graph_engine.server.jars import GDS_GROUP, Jar
from graph_engine.server.memory import Memory

# What a person may want to know goes to standard output, which `server.log` collects; the rest is in `debug.log`.
_LOGGING = """<?xml version="1.0" encoding="UTF-8"?>
<Configuration status="ERROR">
  <Appenders>
    <RollingRandomAccessFile name="File" fileName="${config:server.directories.logs}/debug.log"
                             filePattern="${config:server.directories.logs}/debug.%i.log">
      <Neo4jDebugLogLayout pattern="%d{yyyy-MM-dd HH:mm:ss.SSSZ}{GMT+0} %-5p [%c{1.}] %m%n"/>
      <SizeBasedTriggeringPolicy size="20 MB"/>
      <DefaultRolloverStrategy fileIndex="min" max="2"/>
    </RollingRandomAccessFile>
    <Console name="Console" target="SYSTEM_OUT">
      <PatternLayout pattern="%d{yyyy-MM-dd HH:mm:ssZ}{GMT+0} %-5p %m%n"/>
    </Console>
  </Appenders>
  <Loggers>
    <Root level="INFO">
      <AppenderRef ref="File"/>
      <AppenderRef ref="Console" level="WARN"/>
    </Root>
  </Loggers>
</Configuration>
"""


def settings(home: Path, port: int, memory: Memory) -> dict[str, str]:
    """Every Neo4j setting that differs from the default, by name."""
    address = f"127.0.0.1:{port}"
    directories = ("data", "plugins", "logs", "import", "run")
    return {
        **{f"server.directories.{name}": (home / name).as_posix() for name in directories},
        # Reachable from this machine only, over Bolt only.
        "server.default_listen_address": "127.0.0.1",
        "server.bolt.enabled": "true",
        "server.bolt.listen_address": address,
        "server.bolt.advertised_address": address,
        "server.http.enabled": "false",
        "server.https.enabled": "false",
        "dbms.security.auth_enabled": "true",
        # Tells nobody anything (no usage reports, no broadcasts into the local network), reads no files for anybody.
        "dbms.usage_report.enabled": "false",
        "dbms.fleet_manager.enabled": "false",
        "server.fleet_discovery.enabled": "false",
        "client.allow_telemetry": "false",
        "dbms.security.allow_csv_import_from_file_urls": "false",
        "dbms.security.procedures.unrestricted": "gds.*",
        # One statement can take most of the room, never all of it.
        "server.memory.pagecache.size": f"{memory.page_cache}m",
        "dbms.memory.transaction.total.max": f"{memory.heap * 7 // 10}m",
        "db.memory.transaction.max": f"{memory.heap * 6 // 10}m",
        # Two databases would otherwise reserve 256 MB of log each.
        "internal.dbms.bolt.netty_server_shutdown_quiet_period_duration": "0s",
        "db.tx_log.preallocate": "false",
        "db.tx_log.rotation.retention_policy": "1 days 1G",
        "server.logs.config": (home / "conf" / "server-logs.xml").as_posix(),
    }


def write(home: Path, port: int, memory: Memory) -> Path:
    """Write the configuration files; returns the main one."""
    folder = home / "conf"
    for name in ("conf", "data", "plugins", "logs", "import", "run"):
        (home / name).mkdir(parents=True, exist_ok=True)
    (folder / "server-logs.xml").write_text(_LOGGING, encoding="utf-8")
    file = folder / "neo4j.conf"
    lines = [f"{key}={value}" for key, value in settings(home, port, memory).items()]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def link_plugins(home: Path, cache: Path, jars: Sequence[Jar]) -> list[Path]:
    """Make the plugins folder hold GDS and nothing older; returns the whole class path.

    Neo4j looks for procedures in that folder only, and finds their classes on the class path only: GDS must be in both.
    """
    plugins = home / "plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    wanted = {jar.name: cache / jar.path for jar in jars if jar.group == GDS_GROUP}
    for file in plugins.iterdir():
        if file.name not in wanted or not file.exists() or not file.samefile(wanted[file.name]):
            file.unlink()
    for name, target in wanted.items():
        if not (plugins / name).exists():
            _link(target, plugins / name)
    return [plugins / jar.name if jar.name in wanted and jar.group == GDS_GROUP else cache / jar.path for jar in jars]


def _link(target: Path, link: Path) -> None:
    """A symbolic link; where the system refuses one (Windows without the right to), a hard link or a copy."""
    for make in (os.symlink, os.link, shutil.copyfile):
        try:
            make(target, link)
            return
        except OSError:
            continue
    raise OSError(f"{target} could not be linked or copied to {link}")
