/** What needs a person: who looks after it, until when, or not before. */

import { useState } from "preact/hooks";
import { get, part, Problem, send } from "../api.ts";
import { useAsked, useCompany } from "../company.tsx";
import { Empty, Field, Head, Note, Shown, Tabs, Tile, Trouble } from "../parts/basics.tsx";
import { Called } from "../parts/called.tsx";
import { to, type Place } from "../route.ts";
import type { Proposal, ScenarioText, Task } from "../wire.ts";
import { count, day, instant, plural, sentence } from "../words.ts";

interface Listed {
  tasks: Task[];
  snoozed: number;
}

const TILES: Record<string, string> = { quarantine: "Offer", job: "Employee", resolution: "Customer", approval: "Product", answer: "Ticket" };

/** Where in the page a task is worked on. */
function placeOf(task: Task): string | null {
  const [path = "", query = ""] = task.where.split("?");
  const params = new URLSearchParams(query);
  if (path === "/v1/quarantine") return to("checks", ["aside"], { source: params.get("source") ?? "", rule: params.get("rule") ?? "" });
  if (path.startsWith("/v1/jobs")) return to("runs", ["jobs"]);
  if (path.startsWith("/v1/proposals")) return to("inbox", ["proposals"]);
  if (path.startsWith("/v1/resolution")) return to("matches");
  if (path.startsWith("/v1/scenarios/")) return to("what-if", [path.split("/")[3] ?? ""]);
  if (path.startsWith("/v1/validation")) return to("checks");
  return null;
}

const KINDS: Record<string, string> = {
  apply: "Make a scenario true", correct: "Correction", "correct-money": "Correction of money", erase: "Erase",
  assume: "Assumption", judge: "Who is who", mend: "Row put right",
};

export function Inbox({ place }: { place: Place }) {
  const { partial, may } = useCompany();
  const proposals = place.rest[0] === "proposals";
  return (
    <>
      <Head title="Inbox" lead="What needs a person. A task leaves by itself once its cause is gone." />
      {(!partial || may("decide")) && (
        <Tabs
          label="Inbox"
          chosen={proposals ? "proposals" : "tasks"}
          tabs={[
            { id: "tasks", text: "Tasks", href: to("inbox") },
            { id: "proposals", text: partial ? "What I proposed" : "For a second person", href: to("inbox", ["proposals"]) },
          ]}
        />
      )}
      {proposals ? <Proposals /> : <Tasks />}
    </>
  );
}

/** Changes that policy wants a second person for. */
function Proposals() {
  const { turn, may, me, changed, partial } = useCompany();
  const found = useAsked<{ proposals: Proposal[] }>((signal) => get("/v1/proposals", { limit: 100 }, signal), [turn]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const decide = (id: string, verdict: string) => {
    setProblem(null);
    send("POST", `/v1/proposals/${part(id)}/decision`, { body: { verdict } })
      .then(changed)
      .catch((error: unknown) => error instanceof Problem && setProblem(error));
  };
  return (
    <Shown of={found}>
      {({ proposals }) =>
        proposals.length === 0 ? (
          <Empty title="Nothing was proposed" sign="check">
            <p>
              {partial
                ? "What you change and what is withheld from you may hang together: then it waits here until somebody who sees all approves it."
                : "Changes that need a second person wait here until somebody else approves them."}
            </p>
          </Empty>
        ) : (
          <div class="list">
            {problem && <Trouble problem={problem} />}
            {proposals.map((p) => (
              <section key={p.id} class="card">
                <header class="card-head">
                  <h2>{KINDS[p.kind] ?? p.kind}</h2>
                  <span class="tag">{p.state}</span>
                </header>
                <Wanted of={p} />
                <p class="quiet">
                  {p.name}, {instant(p.created)}: “{p.because}”
                  {p.decider_name && <> · {p.state} by {p.decider_name}</>}
                </p>
                {p.state === "open" && may("decide") && (
                  <div class="actions">
                    {p.caller === me?.id ? (
                      <button type="button" class="button" onClick={() => decide(p.id, "withdrawn")}>
                        Withdraw
                      </button>
                    ) : (
                      <>
                        <button type="button" class="button primary" onClick={() => decide(p.id, "approved")}>
                          Approve
                        </button>
                        <button type="button" class="button" onClick={() => decide(p.id, "rejected")}>
                          Reject
                        </button>
                      </>
                    )}
                  </div>
                )}
              </section>
            ))}
          </div>
        )
      }
    </Shown>
  );
}

/** A thing by its id, or a record by its key. */
function Side({ of }: { of: string }) {
  return of.includes("/") ? <code>{of}</code> : <Called id={of} />;
}

const VERDICTS: Record<string, string> = { same: "one thing", different: "two things", unsure: "nobody can tell" };

/** What would be changed, in words. */
function Wanted({ of }: { of: Proposal }) {
  const said = (name: string) => String(of.asked[name] ?? "");
  if (of.kind === "apply") return <Sentences scenario={said("scenario")} assumed={of.asked["assume"] === true} />;
  if (of.kind === "erase") {
    return (
      <p>
        <Called id={said("subject")} /> is erased for good.
      </p>
    );
  }
  if (of.kind === "judge") {
    return (
      <p>
        <Side of={said("left")} /> and <Side of={said("right")} />: {VERDICTS[said("verdict")] ?? said("verdict")}.
      </p>
    );
  }
  if (of.kind === "mend") {
    const mended = Array.isArray(of.asked["mended"]) ? (of.asked["mended"] as { id: string; cells: Record<string, string> }[]) : [];
    return (
      <ul class="plain">
        {mended.map((m) => (
          <li key={m.id}>
            <a href={to("checks", ["aside"], { row: m.id })}>a row that was set aside</a>:{" "}
            {Object.entries(m.cells).map(([column, text]) => `${column} is ${text === "" ? "empty" : text}`).join(", ")}
          </li>
        ))}
      </ul>
    );
  }
  const changes = Array.isArray(of.asked["changes"]) ? of.asked["changes"].map(String) : [];
  return (
    <>
      <p>
        <Called id={said("entity")} />
      </p>
      <ul class="plain">
        {changes.map((c) => (
          <li key={c}>{changeText(c)}</li>
        ))}
      </ul>
      {of.asked["until"] ? <p class="quiet">until {day(said("until"))}</p> : null}
    </>
  );
}

/** ``list_price=501.00`` as a person says it. */
function changeText(change: string): string {
  const [, name = change, sign = "", text = ""] = /^(.*?)([+-]?)=(.*)$/s.exec(change) ?? [];
  const called = sentence(name.trim().replaceAll("_", " "));
  if (sign) return `${called}: ${text} ${sign === "+" ? "is added" : "is taken away"}`;
  return text === "" ? `${called} is emptied` : `${called} becomes ${text}`;
}

function Sentences({ scenario, assumed }: { scenario: string; assumed: boolean }) {
  const found = useAsked<ScenarioText>((signal) => get(`/v1/scenarios/${part(scenario)}`, {}, signal), [scenario]);
  return (
    <>
      <p>
        <a href={to("what-if", [scenario])}>{sentence(found.data?.name || "The scenario")}</a>
        {assumed && <span class="quiet"> as assumptions</span>}
      </p>
      <ul class="plain">
        {(found.data?.sentences ?? []).map((s) => (
          <li key={s}>{sentence(s)}</li>
        ))}
      </ul>
    </>
  );
}

function Tasks() {
  const { turn, may, me, changed, say } = useCompany();
  const found = useAsked<Listed>((signal) => get("/v1/inbox", {}, signal), [turn]);
  const [chosen, setChosen] = useState<string[]>([]);
  const [due, setDue] = useState("");
  const [until, setUntil] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const toggle = (id: string) => setChosen((was) => (was.includes(id) ? was.filter((c) => c !== id) : [...was, id]));
  const set = (change: Record<string, unknown>, said: string) => {
    setProblem(null);
    send("PATCH", "/v1/inbox", { body: { ids: chosen, ...change } })
      .then(() => {
        setChosen([]);
        say(said);
        changed();
      })
      .catch((error: unknown) => error instanceof Problem && setProblem(error));
  };
  return (
    <>
      <Shown of={found}>
        {({ tasks, snoozed }) => (
          <>
            {tasks.length === 0 ? (
              <Empty title="Nothing needs you" sign="check">
                <p>{snoozed > 0 ? `${plural(snoozed, "task")} put off to a later day.` : "No row is set aside, and nothing failed."}</p>
              </Empty>
            ) : (
              <section class="card scroll">
                <table>
                  <thead>
                    <tr>
                      {may("decide") && (
                        <th scope="col">
                          <input
                            type="checkbox"
                            aria-label="All"
                            checked={chosen.length === tasks.length}
                            onChange={() => setChosen(chosen.length === tasks.length ? [] : tasks.map((t) => t.id))}
                          />
                        </th>
                      )}
                      <th scope="col">What</th>
                      <th scope="col" class="number">How many</th>
                      <th scope="col" class="roomy">Since</th>
                      <th scope="col" class="roomy">Looked after by</th>
                      <th scope="col">Due</th>
                    </tr>
                  </thead>
                  <tbody>
                    {tasks.map((t) => {
                      const href = placeOf(t);
                      return (
                        <tr key={t.id}>
                          {may("decide") && (
                            <td>
                              <input type="checkbox" aria-label={t.title} checked={chosen.includes(t.id)} onChange={() => toggle(t.id)} />
                            </td>
                          )}
                          <td>
                            <span class="thing">
                              <Tile of={TILES[t.kind] ?? t.kind} />
                              {href ? <a href={href}>{t.title}</a> : t.title}
                            </span>
                            {t.assigned && <div class="narrow quiet small">{t.assigned} looks after it</div>}
                            {t.note && <div class="quiet small">{t.note}</div>}
                          </td>
                          <td class="number">{count(t.count)}</td>
                          <td class="roomy">{instant(t.since)}</td>
                          <td class="roomy">{t.assigned ?? <span class="quiet">nobody</span>}</td>
                          <td>{day(t.due)}</td>
                        </tr>
                      );
                    })}
                  </tbody>
                </table>
                {snoozed > 0 && <p class="under quiet">{plural(snoozed, "task")} put off to a later day.</p>}
              </section>
            )}
            {may("decide") && tasks.length > 0 && (
              <section class="card" aria-label="With those chosen">
                <h2>With {chosen.length === 0 ? "those chosen" : plural(chosen.length, "task")}</h2>
                <div class="row">
                  {chosen.length > 0 && tasks.every((t) => t.kind === "answer" || !chosen.includes(t.id)) && (
                    <button type="button" class="button" onClick={() => set({ done: true }, "Struck off.")}>
                      Strike off
                    </button>
                  )}
                  <button type="button" class="button" disabled={!chosen.length} onClick={() => set({ assigned: me?.name ?? "" }, "They are yours now.")}>
                    I look after it
                  </button>
                  <button type="button" class="button" disabled={!chosen.length} onClick={() => set({ assigned: "" }, "Nobody looks after them now.")}>
                    Nobody
                  </button>
                  <Field label="Due on">{(p) => <input {...p} type="date" value={due} onInput={(e) => setDue(e.currentTarget.value)} />}</Field>
                  <button type="button" class="button" disabled={!chosen.length || !due} onClick={() => set({ due }, "Due dates are set.")}>
                    Set
                  </button>
                  <Field label="Put off until">{(p) => <input {...p} type="date" value={until} onInput={(e) => setUntil(e.currentTarget.value)} />}</Field>
                  <button type="button" class="button" disabled={!chosen.length || !until} onClick={() => set({ snoozed_until: until }, "Put off.")}>
                    Put off
                  </button>
                </div>
                {problem && <Note kind="bad">{problem.detail}</Note>}
              </section>
            )}
          </>
        )}
      </Shown>
    </>
  );
}
