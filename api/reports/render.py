"""A report for people: one HTML page without any script, or a workbook with the source rows. Text is never code."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from api.reports.keep import Report, figure_text

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;"
    "background:#fff}"
    "h1{font-size:1.6rem;margin-bottom:.2rem}p.meta{color:#555;margin-top:0}table{border-collapse:collapse;width:100%;"
    "margin:1rem 0}th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #ddd;vertical-align:top}"
    "td.n,th.n{text-align:right}ol{padding-left:1.2rem}small{color:#555}@media print{body{margin:0}}"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
Cells = list[object]
Table = tuple[str, Sequence[str], list[Cells]]


def html(report: Report, company: str) -> str:
    """One page for a boss."""
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width'>",
        f"<meta http-equiv='Content-Security-Policy' content=\"{_POLICY}\">",
        f"<title>{escape(report.title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(report.title)}</h1>",
        f"<p class='meta'>{escape(company)} · version {report.version} of the graph · {escape(report.created[:16])} "
        f"UTC · {escape(report.id)}</p>",
        *(f"<p>{escape(line)}</p>" for line in summary(report)),
    ]
    for title, head, rows in tables(report):
        parts.append(f"<h2>{escape(title)}</h2><table><thead><tr>")
        parts += [f"<th>{escape(h)}</th>" for h in head]
        parts.append("</tr></thead><tbody>")
        for row in rows:
            parts.append("<tr>" + "".join(_cell(c) for c in row) + "</tr>")
        parts.append("</tbody></table>")
    parts.append(
        f"<p><small>Frozen. `knockon report {escape(report.id)}` opens it again and says what changed.</small></p>"
    )
    return "".join(parts) + "</body></html>\n"


def xlsx(report: Report, company: str) -> bytes:
    """A workbook: a sheet for the answer's tables each, and one with the rows behind it."""
    import xlsxwriter

    out = io.BytesIO()
    # Text stays text: what looks like a formula, a link or a number in the data is none in the sheet.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True})
        first = book.add_worksheet("Answer")
        for at, line in enumerate(
            [report.title, f"{company}, version {report.version} of the graph", *summary(report)]
        ):
            first.write_string(at, 0, line[:32_000])
        for title, head, rows in tables(report):
            sheet = book.add_worksheet(title[:31])
            for column, name in enumerate(head):
                sheet.write_string(0, column, name, bold)
            for number, row in enumerate(rows[:1_000_000], start=1):
                for column, cell in enumerate(row):
                    if isinstance(cell, int | float) and not isinstance(cell, bool):
                        sheet.write_number(number, column, cell)
                    else:
                        sheet.write_string(number, column, _text(cell)[:32_000])
            sheet.autofit()
    return out.getvalue()


def summary(report: Report) -> Iterator[str]:
    """What the answer says, in sentences."""
    held = report.answer
    if report.kind == "impact":
        listed = ", ".join(
            f"{t['count']:,} {t['label']}" + "".join(f" ({a} {c})" for c, a in _map(t.get("amounts")).items())
            for t in _list(held.get("totals"))
        )
        yield f"{held.get('found'):,} things are affected: {listed}." if listed else "Nothing is affected."
        yield f"Sense: {held.get('semantics')}. Relations that held on: {held.get('valid_at')}."
        if not held.get("complete"):
            yield "Not complete: something was left out by depth, cutoff or an effort limit."
    elif report.kind == "path":
        yield f"{len(_list(held.get('paths')))} ways were found."
    elif report.kind == "ask":
        if not held.get("known"):
            yield "Not known: nothing that is recorded answers this."
        yield from (
            str(s["text"]) + "".join(f" [{n}]" for n in _list(s.get("support"))) for s in _list(held.get("statements"))
        )
        if held.get("plan"):
            yield f"Understood as: {held['plan']}"
        if held.get("known"):
            yield f"Chance that it is right: {float(str(held.get('confidence'))):.0%}. Reckoned on {held.get('as_of')}."
    elif report.kind == "what-if":
        yield from (f"{str(s)[:1].upper()}{str(s)[1:]}." for s in _list(held.get("sentences")))
        yield f"{held.get('cells'):,} figures differ. Nothing in the company's data was changed."
    else:
        yield f"{len(_list(held.get('rows')))} rows" + ("." if held.get("complete") else "; there are more.")
    if held.get("assumed_inputs"):
        yield f"{held['assumed_inputs']} of the rows behind it are assumptions."
    for note in _list(held.get("notes")):
        yield str(note)


def tables(report: Report) -> Iterator[Table]:
    """The answer as tables, the rows behind it last."""
    held = report.answer
    if report.kind == "impact":
        rows: list[Cells] = [
            [_map(a["entity"]).get("title"), _map(a["entity"]).get("class"), a.get("score"), a.get("earliest_on"),
             a.get("amount"), a.get("currency"), "; ".join(str(p["sentence"]) for p in _list(a.get("paths"))[:1])]
            for a in _list(held.get("affected"))
        ]  # fmt: skip
        yield "Affected", ("what", "kind", "score", "first felt", "amount", "currency", "through"), rows
    elif report.kind == "path":
        yield "Ways", ("way",), [[p["sentence"]] for p in _list(held.get("paths"))]
    elif report.kind == "ask":
        yield from _of_words(held)
    elif report.kind == "what-if":
        yield from _of_scenario(held)
    else:
        names = [str(c) for c in _list(held.get("columns"))]
        yield "Rows", names, [[_map(r["values"]).get(n) for n in names] for r in _list(held.get("rows"))]
    sources: dict[str, Cells] = {}
    for record in _records(held):
        sources[str(record["id"])] = [record["id"], record.get("file"), record.get("row"), record.get("kind")]
    if sources:
        yield "Source rows", ("record", "file", "row", "kind"), [sources[i] for i in sorted(sources)]


def _of_words(held: Mapping[str, object]) -> Iterator[Table]:
    table = _map(held.get("table"))
    if table:
        names = [str(c) for c in _list(table.get("columns"))]
        yield "Rows", names, [list(r) for r in _list(table.get("rows"))]
    evidence: list[Cells] = [
        [e.get("number"), e.get("text"), _map(e.get("document") or e.get("entity")).get("title")]
        for e in _list(held.get("evidence"))
    ]
    if evidence:
        yield "Evidence", ("number", "what it says", "of"), evidence


def _of_scenario(held: Mapping[str, object]) -> Iterator[Table]:
    impact = _map(_map(held.get("impact")).get("scenario"))
    totals: list[Cells] = [
        [t.get("label"), t.get("count"), ", ".join(f"{a} {c}" for c, a in _map(t.get("amounts")).items())]
        for t in _list(impact.get("totals"))
    ]
    if totals:
        yield "Hit by what fails", ("kind", "count", "money"), totals
    figures: list[Cells] = [
        [m["measure"], c.get("title"), c.get("period"), figure_text(c.get("before")), figure_text(c.get("after"))]
        for m in _list(held.get("measures")) for c in _list(m.get("largest"))
    ]  # fmt: skip
    yield "Figures that differ most", ("figure", "of", "period", "now", "then"), figures


def _records(node: object) -> Iterator[Mapping[str, object]]:
    if isinstance(node, dict):
        for name, held in node.items():
            if name == "records" and isinstance(held, list):
                yield from (r for r in held if isinstance(r, dict))
            else:
                yield from _records(held)
    elif isinstance(node, list):
        for one in node:
            yield from _records(one)


def _cell(value: object) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"<td{' class=n' if number else ''}>{escape(_text(value))}</td>"


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_text(v) for v in value)
    return "" if value is None else str(value)


def _list(value: object) -> list[dict[str, object]]:
    return value if isinstance(value, list) else []


def _map(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
