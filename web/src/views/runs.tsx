/** What changed the graph, newest first; reading sources, uploads, taking back. */

import { Fragment } from "preact";
import { useState } from "preact/hooks";
import { get, part, post, Problem, send } from "../api.ts";
import { useAsked, useCompany } from "../company.tsx";
import { Confirm, Empty, Field, Head, Note, Shown, Tabs, Trouble } from "../parts/basics.tsx";
import { Icon } from "../parts/icon.tsx";
import { JobWatch, outcome, VERBS } from "../parts/job.tsx";
import { to, type Place } from "../route.ts";
import type { Job, Run, SourceText } from "../wire.ts";
import { count, instant, plural, sentence } from "../words.ts";

const KINDS: Record<string, string> = {
  ingest: "Sources read", replay: "Tried again", correct: "Correction", assume: "Assumption", undo: "Taken back",
  repair: "Repair", judge: "Judgement",
};

export function Runs({ place }: { place: Place }) {
  const { may } = useCompany();
  const tab = place.rest[0] === "read" ? "read" : place.rest[0] === "jobs" ? "jobs" : "runs";
  return (
    <>
      <Head title="Runs" lead="Every change of the graph is a run: what, when, by whom. Each can be taken back." />
      <Tabs
        label="Runs"
        chosen={tab}
        tabs={[
          { id: "runs", text: "What changed", href: to("runs") },
          ...(may("ingest") ? [{ id: "read", text: "Read sources", href: to("runs", ["read"]) }] : []),
          ...(may("review") ? [{ id: "jobs", text: "Jobs", href: to("runs", ["jobs"]) }] : []),
        ]}
      />
      {tab === "read" ? <Read place={place} /> : tab === "jobs" ? <Jobs /> : <List only={place.query.get("run") ?? ""} />}
    </>
  );
}

interface Listed {
  version: number;
  total: number;
  runs: Run[];
}

function List({ only }: { only: string }) {
  const { turn, may } = useCompany();
  const found = useAsked<Listed>((signal) => get("/v1/runs", { limit: 200 }, signal), [turn]);
  const [undoing, setUndoing] = useState<Run | null>(null);
  const [job, setJob] = useState<Job | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const undo = (run: Run, dry: boolean) => {
    setProblem(null);
    post<Job>("/v1/runs/undo", { run: run.id, dry_run: dry, because: "taken back from the page" })
      .then(setJob)
      .catch((error: unknown) => error instanceof Problem && setProblem(error));
  };
  return (
    <Shown of={found}>
      {({ runs, version, total }) => (
        <>
          {problem && <Trouble problem={problem} />}
          {job && <JobWatch key={job.id} job={job} />}
          <p class="quiet">
            Graph version {version}; {plural(total, "run")}.
          </p>
          <div class="list">
            {runs.map((r) => (
              <section key={r.id} class={`card run${r.in_force ? "" : " undone"}`} id={r.id} aria-current={r.id === only ? "true" : undefined}>
                <header class="card-head">
                  <h2>
                    {KINDS[r.kind] ?? sentence(r.kind)} <span class="quiet small">{r.id}</span>
                  </h2>
                  <span class="actions">
                    {!r.in_force && r.status === "live" && (
                      <a class="tag" href={to("runs", [], { run: r.undone_by ?? "" })} title={`By ${r.undone_by ?? "a later run"}`}>
                        taken back
                      </a>
                    )}
                    {r.status !== "live" && <span class="flag">{r.status === "writing" ? "being written" : r.status}</span>}
                    {may("undo") && r.in_force && (
                      <button type="button" class="button small" onClick={() => setUndoing(r)} aria-label={`Take back ${r.id}`}>
                        Take back
                      </button>
                    )}
                  </span>
                </header>
                <p>
                  {instant(r.finished ?? r.started)} by {r.agent}
                  {r.because && <>: “{r.because}”</>}
                  {r.target && <span class="quiet"> (about {r.target})</span>}
                </p>
              </section>
            ))}
          </div>
          {runs.length === 0 && (
            <Empty title="Nothing was read yet" sign="runs">
              <p>Read the sources to fill the graph.</p>
            </Empty>
          )}
          {undoing && (
            <Confirm
              title={`Take back ${undoing.id}?`}
              verb="Take it back"
              danger
              close={() => setUndoing(null)}
              done={() => {
                undo(undoing, false);
                setUndoing(null);
              }}
            >
              <p>
                {KINDS[undoing.kind] ?? undoing.kind} of {instant(undoing.finished)} by {undoing.agent}
                {undoing.because && `: “${undoing.because}”`}
              </p>
              <p>The graph becomes what it would be without this run. Later runs are kept, nothing is deleted from the archive, and taking back can itself be taken back.</p>
              <button
                type="button"
                class="link"
                onClick={() => {
                  undo(undoing, true);
                  setUndoing(null);
                }}
              >
                First show what would change
              </button>
            </Confirm>
          )}
        </>
      )}
    </Shown>
  );
}

interface Taken {
  id: string;
  source: string;
  file: string;
  size: number;
  tables: string[];
}

function Read({ place }: { place: Place }) {
  const source = place.query.get("source") ?? "";
  const sources = useAsked<{ sources: SourceText[] }>((signal) => get("/v1/sources", {}, signal), []);
  const [taken, setTaken] = useState<Taken[]>([]);
  const [busy, setBusy] = useState(false);
  const [retractions, setRetractions] = useState(false);
  const [because, setBecause] = useState("");
  const [job, setJob] = useState<Job | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const failed = (error: unknown) => {
    if (error instanceof Problem) setProblem(error);
  };
  const upload = async (form: HTMLFormElement) => {
    const data = new FormData(form);
    const into = String(data.get("source"));
    setBusy(true);
    setProblem(null);
    try {
      for (const file of data.getAll("file")) {
        if (!(file instanceof File) || file.size === 0) continue;
        const answer = await send("PUT", `/v1/uploads/${part(into)}/${part(file.name)}`, { file });
        const made = (await answer.json()) as Taken;
        setTaken((was) => [...was, made]);
      }
      form.reset();
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
    }
  };
  const start = (dry: boolean) => {
    setProblem(null);
    setJob(null);
    const only = taken.length === 0 && source ? [source] : [];
    post<Job>("/v1/runs/ingest", { uploads: taken.map((t) => t.id), only, accept_retractions: retractions, because, dry_run: dry })
      .then(setJob)
      .catch(failed);
  };
  return (
    <>
      <section class="card">
        <h2>New files</h2>
        <p class="quiet">A file takes the place of the source's own for this reading. Its name must be the one that the mapping expects.</p>
        <form
          class="row"
          onSubmit={(e) => {
            e.preventDefault();
            void upload(e.currentTarget);
          }}
        >
          <Field label="Source">
            {(p) => (
              <select {...p} name="source" required>
                {(sources.data?.sources ?? []).map((s) => (
                  <option key={s.source} value={s.source} selected={s.source === source}>
                    {s.title || s.source}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label="Files">{(p) => <input {...p} name="file" type="file" multiple required />}</Field>
          <button type="submit" class="button" disabled={busy}>
            <Icon of="up" /> {busy ? "Sending …" : "Send"}
          </button>
        </form>
        <details class="expected">
          <summary>Which files are expected?</summary>
          <dl class="facts">
            {(sources.data?.sources ?? []).map((s) => (
              <Fragment key={s.source}>
                <dt>{s.title || s.source}</dt>
                <dd>{[...new Set(s.tables.map((t) => t.file).filter((f) => f !== null))].join(", ") || "no files: it is asked directly"}</dd>
              </Fragment>
            ))}
          </dl>
        </details>
        {taken.length > 0 && (
          <ul class="plain">
            {taken.map((t) => (
              <li key={t.id}>
                <b>{t.file}</b> for {t.tables.join(", ")} <span class="quiet">{count(Math.ceil(t.size / 1024))} KiB</span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section class="card">
        <h2>Read {taken.length > 0 ? "the new files" : source ? <>the source {source}</> : "all sources"}</h2>
        <div class="fields">
          <Field label="Because">{(p) => <input {...p} type="text" value={because} placeholder="such as: export of Monday" onInput={(e) => setBecause(e.currentTarget.value)} />}</Field>
          <label class="check">
            <input type="checkbox" checked={retractions} onChange={(e) => setRetractions(e.currentTarget.checked)} /> Many rows may be missing that were there
          </label>
        </div>
        {problem && <Trouble problem={problem} />}
        {job && <JobWatch key={job.id} job={job} />}
        <footer class="buttons">
          <button type="button" class="button" onClick={() => start(true)}>
            What would change?
          </button>
          <button type="button" class="button primary" onClick={() => start(false)}>
            Read
          </button>
        </footer>
      </section>
    </>
  );
}

function Jobs() {
  const { turn } = useCompany();
  const found = useAsked<{ jobs: Job[] }>((signal) => get("/v1/jobs", { limit: 50 }, signal), [turn]);
  return (
    <Shown of={found}>
      {({ jobs }) =>
        jobs.length === 0 ? (
          <Empty title="No job has run yet" sign="runs" />
        ) : (
          <div class="list">
            {jobs.map((j) =>
              j.state === "running" || j.state === "waiting" ? (
                <JobWatch key={j.id} job={j} />
              ) : (
                <section key={j.id} class="card">
                  <p>
                    <b>{(VERBS[j.kind] ?? j.kind).replace(/:$/, "")}</b> {instant(j.created)} by {j.caller}:{" "}
                    {j.state === "done" ? outcome(j) : j.state}
                    {j.result?.dry_run && " (tried only)"}
                  </p>
                  {j.problem && (
                    <Note kind="bad">
                      {j.problem.detail} {j.problem.do}
                    </Note>
                  )}
                </section>
              ),
            )}
          </div>
        )
      }
    </Shown>
  );
}
