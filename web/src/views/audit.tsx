/** Who asked, decided and changed what: searched, checked for holes, taken along. */

import { useState } from "preact/hooks";
import { get, type Problem } from "../api.ts";
import { useAsked, useCompany } from "../company.tsx";
import { fetchFile } from "../export.ts";
import { Copy, Empty, Field, Head, Loading, Note, Select, Shown, Trouble } from "../parts/basics.tsx";
import { Icon } from "../parts/icon.tsx";
import { go, to, type Place } from "../route.ts";
import type { AuditEntry } from "../wire.ts";
import { clip, count, instant, plural, sentence } from "../words.ts";

const ACTIONS = ["read", "ask", "review", "decide", "ingest", "undo", "audit", "administer", "access", "propose", "approved", "rejected"];

interface Verified {
  sound: boolean;
  entries: number;
  head: string;
  broken_at: number | null;
  why: string;
}

export function AuditView({ place }: { place: Place }) {
  const { turn } = useCompany();
  const q = place.query;
  const asked = { words: q.get("words") ?? "", who: q.get("who") ?? "", action: q.get("action") ?? "", since: q.get("since") ?? "", until: q.get("until") ?? "" };
  const after = q.get("after") ?? "";
  const found = useAsked<{ entries: AuditEntry[]; next: string | null }>(
    (signal) => get("/v1/audit", { ...asked, after, limit: 50 }, signal),
    [JSON.stringify(asked), after, turn],
  );
  const [problem, setProblem] = useState<Problem | null>(null);
  const move = (change: Partial<typeof asked>) => go(to("audit", [], { ...asked, ...change }));
  const take = async (form: string, name: string) => setProblem(await fetchFile("/v1/audit/export", { form }, name));
  const narrowed = Object.values(asked).some((v) => v !== "");
  return (
    <>
      <Head title="Audit" lead="Every answer, decision and change: who, when, on which version. Entries are chained, so none can be changed, dropped or moved unseen.">
        <button type="button" class="button" onClick={() => void take("jsonl", "audit.jsonl")}>
          <Icon of="down" /> JSON Lines
        </button>
        <button type="button" class="button" onClick={() => void take("prov", "audit.ttl")}>
          <Icon of="down" /> PROV-O
        </button>
      </Head>
      <State />
      {problem && <Trouble problem={problem} />}
      <form
        class="row filters audit-filters"
        role="search"
        aria-label="Search the audit"
        onSubmit={(e) => {
          e.preventDefault();
          const form = new FormData(e.currentTarget);
          move({ words: String(form.get("words")), who: String(form.get("who")), since: String(form.get("since")), until: String(form.get("until")) });
        }}
      >
        <Field label="Containing">{(p) => <input {...p} name="words" type="search" maxLength={300} value={asked.words} placeholder="a name, a number, a request" />}</Field>
        <Field label="By">{(p) => <input {...p} name="who" type="text" maxLength={300} value={asked.who} placeholder="name or id" />}</Field>
        <Select label="What was done" value={asked.action} options={[["", "Anything"], ...ACTIONS.map((a) => [a, sentence(a)] as const)]} change={(v) => move({ action: v })} />
        <Field label="From">{(p) => <input {...p} name="since" type="date" value={asked.since} />}</Field>
        <Field label="To">{(p) => <input {...p} name="until" type="date" value={asked.until} />}</Field>
        <button type="submit" class="button">
          Search
        </button>
        {narrowed && (
          <a class="button quiet" href={to("audit")}>
            Show all
          </a>
        )}
      </form>
      <Shown of={found} what="Reading the record">
        {({ entries, next }) =>
          entries.length === 0 ? (
            <Empty title={narrowed ? "No entry fits" : "Nothing was asked yet"} sign="audit" />
          ) : (
            <>
              <div class="card entries">
                {entries.map((e) => (
                  <EntryLine key={e.seq} entry={e} />
                ))}
              </div>
              <nav class="buttons pages" aria-label="Pages">
                {after && (
                  <a class="button" href={to("audit", [], asked)}>
                    Newest
                  </a>
                )}
                {next && (
                  <a class="button" href={to("audit", [], { ...asked, after: next })}>
                    Older
                  </a>
                )}
              </nav>
            </>
          )
        }
      </Shown>
    </>
  );
}

/** Whether the chain holds. */
function State() {
  const found = useAsked<Verified>((signal) => get("/v1/audit/verify", {}, signal), []);
  if (found.problem) return <Trouble problem={found.problem} />;
  if (!found.data) return <Loading what="Checking the chain" />;
  return found.data.sound ? (
    <Note kind="good">
      The record is whole: {plural(found.data.entries, "entry", "entries")} checked, the last one sealed <code>{found.data.head.slice(0, 16)}</code>.
    </Note>
  ) : (
    <Note kind="bad">
      <b>The record was tampered with, or damaged.</b> {found.data.why} {count(found.data.entries)} entries before it are sound.
    </Note>
  );
}

function said(entry: AuditEntry): string {
  const asked = entry.asked;
  if (asked !== null && typeof asked === "object") {
    const held = asked as Record<string, unknown>;
    for (const name of ["question", "entity", "because", "kind"]) if (typeof held[name] === "string" && held[name]) return String(held[name]);
    const starts = held["starts"];
    if (Array.isArray(starts)) return starts.map((s) => (typeof s === "string" ? s : String((s as Record<string, unknown>)["entity"] ?? ""))).join(", ");
  }
  return "";
}

function EntryLine({ entry }: { entry: AuditEntry }) {
  const who = entry.who;
  const name = typeof who === "object" && who !== null ? String(who.name ?? who.id ?? "") : String(who ?? "");
  const what = entry.path ? `${entry.method ?? ""} ${entry.path}${entry.query ? `?${entry.query}` : ""}` : String(entry.job ?? entry.proposal ?? "");
  const bad = typeof entry.status === "number" && entry.status >= 400;
  const { seq, hash, ...body } = entry;
  return (
    <details>
      <summary>
        <span class="seq">{count(seq)}</span>
        <span class="when">{instant(entry.at)}</span>
        <span class="who">{name || "unknown"}</span>
        <span class="did">
          <b>{sentence(entry.action)}</b> {entry.erased ? <i>erased</i> : clip(said(entry) || what, 110)}
        </span>
        {entry.status !== undefined && entry.status !== null && <span class={bad ? "flag" : "tag"}>{String(entry.status)}</span>}
      </summary>
      <div class="entry">
        <p class="quiet small">
          Sealed <code>{hash}</code> <Copy text={hash} />
        </p>
        <pre tabIndex={0}>{JSON.stringify(body, null, 2)}</pre>
      </div>
    </details>
  );
}
