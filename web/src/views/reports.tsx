/** Kept answers: as they were then, and what is different today. */

import { useState } from "preact/hooks";
import { get, part, type Problem } from "../api.ts";
import { useAsked, useCompany } from "../company.tsx";
import { fetchFile } from "../export.ts";
import { Empty, Head, Note, Shown, ThingLink, Trouble } from "../parts/basics.tsx";
import { Icon } from "../parts/icon.tsx";
import { PathView } from "../parts/path.tsx";
import { to, type Place, type Values } from "../route.ts";
import type { Answer, Connection, Impact, Report, ReportLine, ScenarioRun } from "../wire.ts";
import { day, instant, money, sentence } from "../words.ts";
import { AnswerView } from "./ask.tsx";
import { TotalsView } from "./impact.tsx";
import { RunView } from "./scenario.tsx";

export function Reports({ place }: { place: Place }) {
  const id = place.rest[0];
  return id ? <One id={id} /> : <List />;
}

function List() {
  const { turn } = useCompany();
  const found = useAsked<{ reports: ReportLine[] }>((signal) => get("/v1/reports", {}, signal), [turn]);
  return (
    <>
      <Head title="Reports" lead="Answers that were kept, frozen with the graph version they rest on." />
      <Shown of={found}>
        {({ reports }) =>
          reports.length === 0 ? (
            <Empty title="No answer is kept yet" sign="reports">
              <p>“Keep” stands at each answer: in words, about impact, about how things hang together, and at what-ifs.</p>
            </Empty>
          ) : (
            <section class="card scroll">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Report</th>
                    <th scope="col">Kept</th>
                    <th scope="col" class="number">Graph version</th>
                  </tr>
                </thead>
                <tbody>
                  {reports.map((r) => (
                    <tr key={r.id}>
                      <td>
                        <a href={to("reports", [r.id])}>{r.title}</a>
                      </td>
                      <td>{instant(r.created)}</td>
                      <td class="number">{r.version}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          )
        }
      </Shown>
    </>
  );
}

function One({ id }: { id: string }) {
  const { turn } = useCompany();
  const found = useAsked<Report>((signal) => get(`/v1/reports/${part(id)}`, {}, signal), [id, turn]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const file = async (form: "html" | "xlsx", title: string) => {
    setProblem(await fetchFile(`/v1/reports/${part(id)}/file`, { form }, `${title}.${form}`));
  };
  return (
    <Shown top of={found}>
      {(report) => (
        <>
          <Head title={report.title} lead={`Kept on ${instant(report.created)}, at graph version ${report.version}.`}>
            <button type="button" class="button" onClick={() => void file("html", report.title)}>
              <Icon of="down" /> Page
            </button>
            <button type="button" class="button" onClick={() => void file("xlsx", report.title)}>
              <Icon of="down" /> Workbook
            </button>
            <a class="button" href={today(report)}>
              Ask it today
            </a>
          </Head>
          {problem && <Trouble problem={problem} />}
          {report.changed === null ? (
            <Note kind="good">The graph is still at this version: the answer is as it was.</Note>
          ) : report.changed ? (
            <section class="note warning" aria-label="What changed since">
              <Icon of="clock" />
              <div>
                <b>Today the answer is another one.</b>
                <ul>
                  {report.differences.map((d, n) => (
                    <li key={n}>{d}</li>
                  ))}
                </ul>
              </div>
            </section>
          ) : (
            <Note kind="good">The graph has changed since, and the answer is the same.</Note>
          )}
          <Frozen report={report} />
        </>
      )}
    </Shown>
  );
}

function today(report: Report): string {
  const q = report.question;
  if (report.kind === "path") return to("paths", [], { from: String(q["from"] ?? ""), to: String(q["to"] ?? "") });
  if (report.kind === "ask") return to("ask", [], { q: String(q["question"] ?? ""), as_of: String(q["as_of"] ?? "") });
  if (report.kind === "what-if") return to("what-if", [String(q["scenario"] ?? "")]);
  if (report.kind !== "impact") return to("ask");
  const starts = (q["starts"] as (string | { entity: string; days?: number })[] | undefined) ?? [];
  const first = starts.find((s) => typeof s !== "string");
  const values: Values = {
    start: starts.map((s) => (typeof s === "string" ? s : s.entity)),
    to: (q["to"] as string[] | undefined) ?? [],
    semantics: q["semantics"] === "reach" ? "" : ((q["semantics"] as string | undefined) ?? ""),
    depth: (q["depth"] as number | undefined) ?? "",
    valid_at: (q["valid_at"] as string | undefined) ?? "",
    towards: q["towards"] === "upstream" ? "upstream" : "",
    days: typeof first === "object" ? (first.days ?? "") : "",
  };
  return to("impact", [], values);
}

function Frozen({ report }: { report: Report }) {
  if (report.kind === "impact") {
    const impact = report.answer as unknown as Impact;
    return (
      <>
        <TotalsView impact={impact} address={() => today(report)} />
        <section class="card scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Affected</th>
                <th scope="col">Felt</th>
                <th scope="col">Due</th>
                <th scope="col" class="number">At stake</th>
              </tr>
            </thead>
            <tbody>
              {impact.affected.slice(0, 100).map((a) => (
                <tr key={a.entity.id}>
                  <td>
                    <ThingLink thing={a.entity} />
                    {a.paths[0] && <div class="quiet small">{a.paths[0].sentence}</div>}
                  </td>
                  <td>{day(a.earliest_on)}</td>
                  <td>{day(a.when)}</td>
                  <td class="number">{a.amount !== null ? money(a.amount, a.currency) : ""}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </>
    );
  }
  if (report.kind === "path") {
    const found = report.answer as unknown as Connection;
    return (
      <>
        {found.paths.map((p, n) => (
          <section key={n} class="card">
            <PathView path={p} />
          </section>
        ))}
      </>
    );
  }
  if (report.kind === "ask") return <AnswerView answer={report.answer as unknown as Answer} frozen />;
  if (report.kind === "what-if") {
    const run = report.answer as unknown as ScenarioRun & { sentences: string[] };
    return (
      <div class="scenario">
        <section class="card does">
          <h2>What was tried</h2>
          <ol>
            {run.sentences.map((s, n) => (
              <li key={n}>{sentence(s)}</li>
            ))}
          </ol>
        </section>
        <RunView run={run} />
      </div>
    );
  }
  const columns = (report.answer["columns"] as string[] | undefined) ?? [];
  const rows = (report.answer["rows"] as { id: string | null; values: Record<string, unknown> }[] | undefined) ?? [];
  return (
    <section class="card scroll">
      <table>
        <thead>
          <tr>
            {columns.map((c) => (
              <th key={c} scope="col">
                {c}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, 200).map((r, n) => (
            <tr key={n}>
              {columns.map((c) => (
                <td key={c}>{String(r.values[c] ?? "")}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
