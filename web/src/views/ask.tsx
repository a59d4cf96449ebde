/** The ask box: an answer, the evidence that carries each sentence, and how it hangs together. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { post } from "../api.ts";
import { useAsked, useCompany } from "../company.tsx";
import { saveCsv } from "../export.ts";
import { Bar, Empty, Loading, Note, Shown, ThingLink } from "../parts/basics.tsx";
import { Icon } from "../parts/icon.tsx";
import { KeepButton } from "../parts/keep.tsx";
import { PathView } from "../parts/path.tsx";
import { RecordLines } from "../parts/records.tsx";
import { go, to, type Place } from "../route.ts";
import type { Answer, Evidence, Impact } from "../wire.ts";
import { day, plural, sentence } from "../words.ts";
import { TotalsView } from "./impact.tsx";
import { ScenarioOf } from "./scenario.tsx";

export function Ask({ place }: { place: Place }) {
  const { words, turn } = useCompany();
  const question = place.query.get("q") ?? "";
  const asOf = place.query.get("as_of") ?? "";
  const answer = useAsked<Answer>(
    question ? (signal) => post("/v1/ask", { question, ...(asOf ? { as_of: asOf } : {}) }, signal) : null,
    [question, asOf, turn],
  );
  return (
    <div class={`ask${question ? "" : " bare"}`}>
      {!question && (
        <header class="hello">
          <h1 tabIndex={-1}>What would you like to know?</h1>
          <p class="lead">Every answer names the rows it rests on. What is not known is said to be not known.</p>
        </header>
      )}
      {question && <h1 class="unseen" tabIndex={-1}>{question}</h1>}
      <AskBox question={question} />
      {question ? (
        <Shown of={answer} what="Looking it up">
          {(found) =>
            found.kind === "impact" && /^\s*what\s+if\b/i.test(found.question) ? (
              <ScenarioOf key={found.question} question={found.question} otherwise={<AnswerView answer={found} asOf={asOf} />} />
            ) : (
              <AnswerView key={found.question} answer={found} asOf={asOf} />
            )
          }
        </Shown>
      ) : (
        <Examples ready={words.all.length > 0} />
      )}
    </div>
  );
}

function AskBox({ question }: { question: string }) {
  const [text, setText] = useState(question);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => setText(question), [question]);
  const send = () => {
    if (text.trim()) go(to("ask", [], { q: text.trim() }));
  };
  return (
    <form
      class="ask-box"
      role="search"
      aria-label="Ask"
      onSubmit={(e) => {
        e.preventDefault();
        send();
      }}
    >
      <label class="unseen" for="question">
        Your question
      </label>
      <textarea
        id="question"
        ref={field}
        rows={question ? 1 : 2}
        maxLength={4000}
        placeholder="Ask in your own words …"
        value={text}
        onInput={(e) => setText(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key === "Enter" && !e.shiftKey && !e.isComposing) {
            e.preventDefault();
            send();
          }
        }}
      />
      <button type="submit" class="button primary" disabled={!text.trim()}>
        Ask
      </button>
    </form>
  );
}

interface Sample {
  id: string | null;
  values: Record<string, unknown>;
}

/** Questions that this company's own data can answer. */
function Examples({ ready }: { ready: boolean }) {
  const { words, may } = useCompany();
  const samples = useAsked(
    ready && may("ask")
      ? async (signal) => {
          const wanted = ["Supplier", "Customer", "Product"].filter((c) => words.class(c));
          const rows = await Promise.all(
            wanted.map((c) =>
              post<{ rows: Sample[] }>("/v1/query", { class: c, limit: 8 }, signal)
                .then((a) => [c, a.rows] as const)
                .catch(() => [c, [] as Sample[]] as const),
            ),
          );
          return new Map(rows.map(([c, list]) => [c, titleOf(list)]));
        }
      : null,
    [ready],
  );
  const supplier = samples.data?.get("Supplier");
  const customer = samples.data?.get("Customer");
  const product = samples.data?.get("Product");
  const questions = [
    supplier && ["impact", `Which customers are hit if ${supplier} fails?`],
    supplier && ["whatif", `What if ${supplier} is down for 3 weeks?`],
    product && ["row", `Which suppliers offer ${product}?`],
    customer && ["row", `How many orders did ${customer} place?`],
    ["ask", "How long is the warranty?"],
  ].filter((q): q is [string, string] => Array.isArray(q));
  if (samples.loading) return <Loading what="Looking around" />;
  return (
    <section class="examples" aria-label="Examples">
      <h2>For example</h2>
      <ul>
        {questions.map(([sign, text]) => (
          <li key={text}>
            <a href={to("ask", [], { q: text })}>
              <Icon of={sign as "impact"} />
              <span>{text}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function titleOf(rows: readonly Sample[]): string | undefined {
  const texts = rows.map((r) => Object.values(r.values)[0]).filter((v): v is string => typeof v === "string" && v.length > 3 && v.length < 60);
  return texts[0];
}

const SURE: readonly (readonly [number, string])[] = [
  [0.9, "very likely right"],
  [0.7, "likely right"],
  [0.5, "may be right: look at the evidence"],
  [0, "uncertain"],
];

export function AnswerView({ answer, asOf, frozen }: { answer: Answer; asOf?: string; frozen?: boolean }) {
  const [lit, setLit] = useState<number | null>(null);
  const byNumber = useMemo(() => new Map(answer.evidence.map((e) => [e.number, e])), [answer]);
  const open = (n: number) => {
    setLit(n);
    document.getElementById(`evidence-${n}`)?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  };
  if (answer.kind === "what-if" && !frozen) return <ScenarioOf question={answer.question} />;
  if (answer.kind === "ambiguous" || (!answer.known && answer.readings.length > 0)) {
    return (
      <section class="answer">
        <h2>Which one is meant?</h2>
        <ul class="readings">
          {answer.readings.map((r, n) => (
            <li key={n}>
              {r.question ? (
                <a href={to("ask", [], { q: r.question })}>{r.text}</a>
              ) : (
                <span>{r.text}</span>
              )}
            </li>
          ))}
        </ul>
        <Notes answer={answer} />
      </section>
    );
  }
  return (
    <div class="answer-grid">
      <article class="answer" aria-live="polite">
        {answer.known ? (
          <>
            <p class="words">
              {answer.statements.map((s, n) => (
                <span key={n} class={s.support.includes(lit ?? -1) ? "lit" : ""}>
                  {s.text}
                  {s.support
                    .filter((e) => byNumber.has(e))
                    .map((e) => (
                      <button key={e} type="button" class="cite" aria-label={`Evidence ${e}`} aria-pressed={lit === e} onClick={() => open(e)}>
                        {e}
                      </button>
                    ))}{" "}
                </span>
              ))}
            </p>
            <p class="sure">
              <Bar share={answer.confidence} label={`Confidence ${Math.round(answer.confidence * 100)} of 100`} />
              <span>{sentence(SURE.find(([least]) => answer.confidence >= least)?.[1] ?? "")}</span>
            </p>
          </>
        ) : (
          <Empty title="Not known" sign="ask">
            <p>Nothing that is recorded answers this{answer.nearest.length > 0 ? ". What came nearest is below." : "."}</p>
            <p>Name the thing as it is called in the records, or find it first.</p>
          </Empty>
        )}
        {answer.plan && (
          <p class="plan">
            <b>Understood as:</b> {answer.plan}
          </p>
        )}
        {answer.table && <TableOf answer={answer} />}
        {answer.kind === "impact" && !frozen && <ImpactOf answer={answer} />}
        {answer.paths.length > 0 && (answer.kind !== "impact" || frozen) && (
          <section>
            <h2>How it hangs together</h2>
            {answer.paths.slice(0, 4).map((p, n) => (
              <PathView key={n} path={p} open={false} />
            ))}
          </section>
        )}
        {answer.contradictions.length > 0 && (
          <section>
            <h2>This does not fit together</h2>
            {answer.contradictions.map((c, n) => (
              <Note key={n} kind="warning">
                {c.about}:{" "}
                {c.sides.map((s) => (
                  <button key={s} type="button" class="cite" aria-label={`Evidence ${s}`} onClick={() => open(s)}>
                    {s}
                  </button>
                ))}
              </Note>
            ))}
          </section>
        )}
        <Notes answer={answer} />
        <p class="foot">
          Graph version {answer.version}, reckoned on {day(answer.as_of)}
          {answer.written_by !== "extract" && <>; phrased by {answer.written_by}</>}
        </p>
        {!frozen && (
          <p class="actions">
            <KeepButton small kind="ask" question={{ question: answer.question, ...(asOf ? { as_of: asOf } : {}) }} />
          </p>
        )}
      </article>
      {(answer.evidence.length > 0 || answer.nearest.length > 0 || answer.linked.length > 0) && (
        <aside class="evidence" aria-label="Evidence">
          {answer.linked.length > 0 && (
            <>
              <h2>Named</h2>
              <ul class="plain">
                {answer.linked.map((t) => (
                  <li key={t.id}>
                    <ThingLink thing={t} />
                  </li>
                ))}
              </ul>
            </>
          )}
          {answer.evidence.length > 0 && <h2>Evidence</h2>}
          <ol class="cards">
            {answer.evidence.map((e) => (
              <EvidenceCard key={e.number} of={e} lit={lit === e.number} />
            ))}
          </ol>
          {!answer.known && answer.nearest.length > 0 && (
            <>
              <h2>What came nearest</h2>
              <ol class="cards">
                {answer.nearest.slice(0, 5).map((e) => (
                  <EvidenceCard key={e.number} of={e} lit={false} />
                ))}
              </ol>
            </>
          )}
        </aside>
      )}
    </div>
  );
}

function Notes({ answer }: { answer: Answer }) {
  return (
    <>
      {answer.notes.map((n, i) => (
        <Note key={i}>{n}</Note>
      ))}
    </>
  );
}

function EvidenceCard({ of, lit }: { of: Evidence; lit: boolean }) {
  const headings = (of.headings ?? []).filter((h) => h !== of.document?.title);
  return (
    <li id={`evidence-${of.number}`} class={lit ? "lit" : ""} value={of.number}>
      <span class="number" aria-hidden="true">
        {of.number}
      </span>
      <div>
        {of.kind === "sentence" ? <blockquote>{of.text}</blockquote> : <p>{of.text}</p>}
        <p class="where">
          {of.document && (
            <>
              <ThingLink thing={of.document} bare />
              {headings.length > 0 && <span> › {headings.join(" › ")}</span>}
              {of.page ? <span>, page {of.page}</span> : null}
              {of.dated && <span class="quiet"> from {day(of.dated)}</span>}
              {of.until && <span class="quiet"> until {day(of.until)}</span>}
            </>
          )}
          {of.entity && <ThingLink thing={of.entity} />}
        </p>
        <RecordLines records={of.records} most={2} />
      </div>
    </li>
  );
}

function TableOf({ answer }: { answer: Answer }) {
  const table = answer.table;
  if (!table) return null;
  return (
    <section>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              {table.columns.map((c) => (
                <th key={c} scope="col">
                  {sentence(c)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, n) => (
              <tr key={n}>
                {row.map((v, c) => (
                  <td key={c} class={/^-?[\d.,]+( [A-Z]{3})?$/.test(v) ? "number" : ""}>
                    {c === 0 && table.ids[n] ? <a href={to("thing", [table.ids[n] ?? ""])}>{v}</a> : v}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="under">
        {table.total > table.rows.length && <span class="quiet">{plural(table.total, "row")} in all</span>}
        <button type="button" class="link" onClick={() => saveCsv("answer.csv", table.columns, table.rows)}>
          Save as CSV
        </button>
      </p>
    </section>
  );
}

/** The engine's own answer behind a sentence about impact. */
function ImpactOf({ answer }: { answer: Answer }) {
  const { words } = useCompany();
  const starts = answer.linked.map((t) => t.id);
  const late = /(\d+) (?:days|\.0 days) late/.exec(answer.plan ?? "")?.[1];
  const reported = /reporting ([\w, ]+)/.exec(answer.plan ?? "")?.[1]?.split(", ").filter((c) => words.class(c)) ?? [];
  const body = {
    starts: starts.map((entity) => (late ? { entity, days: Number(late) } : entity)),
    limit: 0,
    paths: 0,
    valid_at: "any",
    ...(late ? { semantics: "delayed" } : {}),
  };
  const found = useAsked<Impact>(starts.length ? (signal) => post("/v1/impact", body, signal) : null, [starts.join(), late]);
  const address = to("impact", [], { start: starts, to: reported, days: late, semantics: late ? "delayed" : undefined, valid_at: "any" });
  return (
    <section>
      {found.data && <TotalsView impact={found.data} address={(c) => to("impact", [], { start: starts, to: [c], days: late, semantics: late ? "delayed" : undefined, valid_at: "any" })} />}
      <p class="actions">
        <a class="button primary" href={address}>
          <Icon of="impact" /> See who, when and through what
        </a>
      </p>
      {answer.paths.slice(0, 2).map((p, n) => (
        <PathView key={n} path={p} open={false} />
      ))}
    </section>
  );
}
