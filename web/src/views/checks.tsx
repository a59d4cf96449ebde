/** What rules find, and rows that were set aside: why, and putting them right. */

import { useState } from "preact/hooks";
import { get, post, Problem } from "../api.ts";
import { useAsked, useCompany } from "../company.tsx";
import { saveCsv } from "../export.ts";
import { Empty, Field, Head, Note, severityText, Shown, Tabs, ThingLink, Trouble } from "../parts/basics.tsx";
import { Icon } from "../parts/icon.tsx";
import { JobWatch } from "../parts/job.tsx";
import { to, type Place } from "../route.ts";
import type { AsideRow, Finding, Job } from "../wire.ts";
import { clip, count, plural, sentence } from "../words.ts";

export function Checks({ place }: { place: Place }) {
  const aside = place.rest[0] === "aside";
  return (
    <>
      <Head title="Checks" lead="What breaks a rule in the graph, and which rows could not enter it." />
      <Tabs
        label="Checks"
        chosen={aside ? "aside" : "found"}
        tabs={[
          { id: "found", text: "In the graph", href: to("checks") },
          { id: "aside", text: "Set aside", href: to("checks", ["aside"]) },
        ]}
      />
      {aside ? <Aside place={place} /> : <Findings />}
    </>
  );
}

interface Validation {
  version: number;
  conforms: boolean;
  totals: Record<string, number>;
  shapes: number;
  findings: Finding[];
}

function Findings() {
  const { me, turn } = useCompany();
  const partial = (me?.withheld.length ?? 0) > 0;
  const found = useAsked<Validation>((signal) => get("/v1/validation", { limit: 500 }, signal), [turn]);
  return (
    <Shown of={found} what="Checking the graph against its rules">
      {(report) => {
        const groups = new Map<string, Finding[]>();
        for (const f of report.findings) groups.set(f.rule, [...(groups.get(f.rule) ?? []), f]);
        return (
          <>
            {partial && <Note>Rules that read what is withheld from you are not among these.</Note>}
            <Note kind={report.conforms ? "good" : "bad"}>
              {report.conforms ? "No rule that must hold is broken." : `${plural(report.totals["violation"] ?? 0, "violation")} must be mended.`}{" "}
              {plural(report.shapes, "rule")} checked on graph version {report.version};{" "}
              {Object.entries(report.totals)
                .filter(([, n]) => n > 0)
                .map(([s, n]) => plural(n, s === "violation" ? "violation" : s === "warning" ? "warning" : "note"))
                .join(", ") || "nothing found"}
              .
            </Note>
            {groups.size === 0 ? (
              <Empty title="Nothing breaks a rule" sign="check" />
            ) : (
              <div class="list">
                {[...groups].map(([rule, list]) => (
                  <details key={rule} class="card item">
                    <summary>
                      <b>{list[0]?.message}</b>
                      <span class="count">{count(list.length)}</span>
                      <span class="quiet small">{severityText(list[0]?.severity ?? "")}</span>
                    </summary>
                    <ul class="plain">
                      {list.slice(0, 100).map((f, n) => (
                        <li key={n}>
                          <ThingLink thing={{ id: f.focus, class: f.class, title: f.title }} />{" "}
                          {f.value !== null && (
                            <span class="quiet">
                              {f.path}: {f.value}
                            </span>
                          )}{" "}
                          <span class="quiet small">
                            {f.records.map((r) => (r.file ? `${r.file} row ${r.row}` : r.record)).join("; ")}
                          </span>
                        </li>
                      ))}
                    </ul>
                  </details>
                ))}
              </div>
            )}
          </>
        );
      }}
    </Shown>
  );
}

interface Held {
  total: number;
  set_aside: number;
  rows: AsideRow[];
  next: string | null;
}

function Aside({ place }: { place: Place }) {
  const { turn, may, partial } = useCompany();
  const source = place.query.get("source") ?? "";
  const rule = place.query.get("rule") ?? "";
  const only = place.query.get("row") ?? "";
  const found = useAsked<Held>((signal) => get("/v1/quarantine", { source, rule, limit: 500 }, signal), [source, rule, turn]);
  const [job, setJob] = useState<Job | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const replay = () => {
    setProblem(null);
    post<Job>("/v1/runs/replay", { because: "tried again from the page" })
      .then(setJob)
      .catch((error: unknown) => error instanceof Problem && setProblem(error));
  };
  return (
    <Shown of={found}>
      {(held) => {
        const rows = only ? held.rows.filter((r) => r.id === only) : held.rows;
        const groups = new Map<string, AsideRow[]>();
        for (const r of rows) {
          const name = `${r.source}.${r.table} · ${r.rule}`;
          groups.set(name, [...(groups.get(name) ?? []), r]);
        }
        return (
          <>
            <div class="row filters">
              <p class="grow">
                {plural(held.set_aside, "row")} set aside{source && ` of ${source}`}
                {rule && ` for the rule “${rule}”`}
                {held.total > held.set_aside && "; some break several rules and are listed under each"}
                {held.total > held.rows.length && `; the first ${count(held.rows.length)} lines are shown`}.{" "}
                {(source || rule || only) && <a href={to("checks", ["aside"])}>Show all</a>}
              </p>
              <button type="button" class="button small quiet" onClick={() => save(rows)} disabled={rows.length === 0}>
                <Icon of="down" /> CSV
              </button>
              {may("decide") && (
                <button type="button" class="button" onClick={replay} disabled={held.total === 0}>
                  Try all again
                </button>
              )}
            </div>
            {partial && <Note>Rows of tables that hold what is withheld from you are not among these, nor are cells that no mapping names.</Note>}
            {problem && <Trouble problem={problem} />}
            {job && <JobWatch key={job.id} job={job} />}
            {rows.length === 0 ? (
              <Empty title="No row is set aside" sign="check">
                <p>{partial ? "Of the tables that you see whole, everything that was read has entered the graph." : "Everything that was read has entered the graph."}</p>
              </Empty>
            ) : (
              <div class="list">
                {[...groups].map(([name, list]) => (
                  <details key={name} class="card item" open={groups.size === 1}>
                    <summary>
                      <b>
                        {list[0]?.source}.{list[0]?.table}
                      </b>
                      <span class="count">{count(list.length)}</span>
                      <span class="quiet small">
                        {sentence((list[0]?.rule ?? "").replaceAll(/[_-]/g, " "))}: {clip(list[0]?.reason ?? "", 110)}
                      </span>
                    </summary>
                    {list.slice(0, 50).map((r) => (
                      <AsideOf key={r.id} row={r} open={only === r.id} />
                    ))}
                    {list.length > 50 && <p class="quiet">The first 50 of {count(list.length)}. Take the CSV, mend it in a spreadsheet, and replay it with the command line.</p>}
                  </details>
                ))}
              </div>
            )}
          </>
        );
      }}
    </Shown>
  );
}

function save(rows: readonly AsideRow[]): void {
  const columns = [...new Set(rows.flatMap((r) => Object.keys(r.raw)))];
  saveCsv(
    "set-aside.csv",
    ["Source", "Table", "File", "Row", "Rule", "Reason", ...columns],
    rows.map((r) => [r.source, r.table, r.file, r.row, r.rule, r.reason, ...columns.map((c) => r.raw[c] ?? "")]),
  );
}

/** A row as it arrived; its cells can be put right and the row tried again. */
function AsideOf({ row, open }: { row: AsideRow; open: boolean }) {
  const { may, partial } = useCompany();
  const [mending, setMending] = useState(open);
  const [cells, setCells] = useState<Record<string, string>>({});
  const [because, setBecause] = useState("");
  const [job, setJob] = useState<Job | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const names = Object.keys(row.raw).filter((n) => !n.startsWith("_"));
  const send = (dry: boolean) => {
    setProblem(null);
    setJob(null);
    post<Job>("/v1/runs/replay", { mended: [{ id: row.id, cells }], because: because || `${row.source}.${row.table} row ${row.row} put right`, dry_run: dry })
      .then(setJob)
      .catch((error: unknown) => error instanceof Problem && setProblem(error));
  };
  const changed = Object.keys(cells).length > 0;
  return (
    <div class="aside">
      <p class="under">
        <span>
          {row.file} row {row.row}
          {row.column && (
            <>
              , column <code>{row.column}</code>
            </>
          )}
          : {row.reason}
        </span>
        {may("decide") && names.length > 0 && (
          <button type="button" class="link" aria-expanded={mending} onClick={() => setMending(!mending)}>
            Put it right
          </button>
        )}
      </p>
      {mending && (
        <form
          onSubmit={(e) => {
            e.preventDefault();
            send(false);
          }}
        >
          <div class="cells">
            {names.map((n) => (
              <div key={n} class={n === row.column ? "broken" : ""}>
                <Field label={n}>
                  {(p) => (
                    <input
                      {...p}
                      type="text"
                      value={cells[n] ?? row.raw[n] ?? ""}
                      onInput={(e) => {
                        const text = e.currentTarget.value;
                        setCells((was) => {
                          const { [n]: _, ...rest } = was;
                          return text === (row.raw[n] ?? "") ? rest : { ...rest, [n]: text };
                        });
                      }}
                    />
                  )}
                </Field>
              </div>
            ))}
          </div>
          <Field label="Because">{(p) => <input {...p} type="text" value={because} onInput={(e) => setBecause(e.currentTarget.value)} />}</Field>
          {problem && <Trouble problem={problem} />}
          {job && <JobWatch key={job.id} job={job} />}
          <footer class="buttons">
            {!partial && (
              <button type="button" class="button" disabled={!changed} onClick={() => send(true)}>
                What would change?
              </button>
            )}
            <button type="submit" class="button primary" disabled={!changed}>
              Replay this row
            </button>
          </footer>
        </form>
      )}
    </div>
  );
}
