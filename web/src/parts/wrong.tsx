/** "This is wrong": from a value or a step to the remedy that fits: the row, the mapping, who is who, a correction. */

import { useState } from "preact/hooks";
import { post, Problem } from "../api.ts";
import { useCompany } from "../company.tsx";
import { to } from "../route.ts";
import type { Job, PropertyText, RecordRow, Thing } from "../wire.ts";
import { sentence } from "../words.ts";
import { Copy, Dialog, Field, Note, Trouble } from "./basics.tsx";
import { Icon } from "./icon.tsx";
import { JobWatch } from "./job.tsx";
import { RecordLines } from "./records.tsx";

export interface About {
  entity: Thing;
  property?: { text: PropertyText | undefined; name: string; shown: string };
  relation?: { id: string; name: string; label: string; other: Thing; role?: string };
  records: readonly RecordRow[];
}

export function WrongButton({ about }: { about: About }) {
  const [open, setOpen] = useState(false);
  const what = about.property ? (about.property.text?.label ?? about.property.name) : `${about.relation?.label ?? "this"} ${about.relation?.other.title ?? ""}`;
  return (
    <>
      <button type="button" class="wrong" aria-label={`This is wrong: ${what}`} title="This is wrong" onClick={() => setOpen(true)}>
        <Icon of="wrong" />
        <span>This is wrong</span>
      </button>
      {open && <WrongDialog about={about} close={() => setOpen(false)} />}
    </>
  );
}

type Remedy = "row" | "mapping" | "identity" | "correct" | "assume";

export function WrongDialog({ about, close }: { about: About; close: () => void }) {
  const { may, me } = useCompany();
  const fixed = new Set(me?.not_editable ?? []);
  const editable = about.property
    ? !fixed.has(`${about.entity.class}.${about.property.name}`)
    : !fixed.has(about.relation?.name ?? "");
  const [remedy, setRemedy] = useState<Remedy | null>(null);
  const assumed = about.records.some((r) => r.kind === "assumption");
  const entered = about.records.find((r) => r.kind !== "source");
  const row = about.records.find((r) => r.kind === "source");
  const choices: { id: Remedy; title: string; text: string; may: boolean }[] = [
    { id: "row", title: "The row in the source is wrong", text: "Mend it where it is kept, then read the source again.", may: row !== undefined },
    { id: "mapping", title: "The row is right, but it was read wrongly", text: "The mapping of that table says what each column means.", may: row !== undefined },
    { id: "identity", title: "These are two things, or two of these are one", text: "Say who is the same and who is not.", may: may("review") },
    { id: "assume", title: "It is an assumption that no longer holds", text: "Enter a better one.", may: may("decide") && editable && assumed && about.property !== undefined },
    { id: "correct", title: "Put it right here", text: "A correction of your own, with your reason. It survives the next reading and can be taken back.", may: may("decide") && editable },
  ];
  return (
    <Dialog title="This is wrong" close={close}>
      <div class="body">
        <p class="about">
          {about.property ? (
            <>
              <b>{sentence(about.property.text?.label ?? about.property.name)}</b> of {about.entity.title}:{" "}
              <q>{about.property.shown}</q>
            </>
          ) : (
            <>
              <b>{about.entity.title}</b> {about.relation?.label} <b>{about.relation?.other.title}</b>
            </>
          )}
        </p>
        <p class="from">
          From <RecordLines records={about.records} />
        </p>
        {remedy === null ? (
          <ul class="remedies">
            {choices
              .filter((c) => c.may)
              .map((c) => (
                <li key={c.id}>
                  <button type="button" onClick={() => setRemedy(c.id)}>
                    <b>{c.title}</b>
                    <span>{c.text}</span>
                    <Icon of="right" />
                  </button>
                </li>
              ))}
            {entered && may("undo") && (
              <li>
                <a class="plain" href={to("runs")} onClick={close}>
                  <b>Take back what was entered</b>
                  <span>It was entered by a person: undo that run.</span>
                  <Icon of="right" />
                </a>
              </li>
            )}
          </ul>
        ) : (
          <RemedyOf remedy={remedy} about={about} row={row} close={close} back={() => setRemedy(null)} />
        )}
      </div>
    </Dialog>
  );
}

function RemedyOf({ remedy, about, row, close, back }: {
  remedy: Remedy;
  about: About;
  row: RecordRow | undefined;
  close: () => void;
  back: () => void;
}) {
  const { may } = useCompany();
  const other = about.records.find((r) => r !== row && r.kind === "source") ?? row;
  return (
    <div class="remedy">
      <button type="button" class="link" onClick={back}>
        ← Another remedy
      </button>
      {remedy === "row" && row && (
        <>
          <h3>Mend the row where it is kept</h3>
          <dl class="facts">
            <dt>System</dt>
            <dd>{row.source}</dd>
            <dt>Table</dt>
            <dd>{row.table}</dd>
            <dt>Key</dt>
            <dd>
              {row.key} <Copy text={row.key} />
            </dd>
            {row.file && (
              <>
                <dt>Read from</dt>
                <dd>
                  {row.file}
                  {row.row !== null && `, row ${row.row}`}
                </dd>
              </>
            )}
          </dl>
          <p>Mend it there and export again. Then read the source, or upload the new file.</p>
          {may("ingest") ? (
            <a class="button primary" href={to("runs", ["read"], { source: row.source })} onClick={close}>
              Read {row.source} again
            </a>
          ) : (
            <p class="hint">Ask somebody who may read the sources.</p>
          )}
        </>
      )}
      {remedy === "mapping" && row && (
        <>
          <h3>Mend the mapping</h3>
          <p>
            The mapping of <code>{row.source}</code>, table <code>{row.table}</code>, says how{" "}
            {about.property ? (
              <>
                <code>{about.property.name}</code> is read
              </>
            ) : (
              "this relation is made"
            )}
            . Whoever keeps the project changes it in the file of that source below <code>mappings/</code>, checks it with{" "}
            <code>knockon check</code>, and reads the source again. The next run changes everything that was read so.
          </p>
          <Copy text={`source: ${row.source}\ntable: ${row.table}\nrow: ${row.id}\n${about.property ? `property: ${about.property.name}` : `relation: ${about.relation?.name ?? ""}`}`} />
        </>
      )}
      {remedy === "identity" && (
        <>
          <h3>Who is the same?</h3>
          <p>Compare the records, and say whether they are one thing. It can be taken back.</p>
          <a class="button primary" onClick={close}
            href={to("matches", ["compare"], { left: row?.id ?? about.entity.id, right: other && other !== row ? other.id : "" })}>
            Compare records of {about.entity.title}
          </a>
        </>
      )}
      {remedy === "correct" && (about.property ? <CorrectValue about={about} assume={false} /> : <CorrectRelation about={about} />)}
      {remedy === "assume" && <CorrectValue about={about} assume />}
    </div>
  );
}

function useEntering() {
  const [job, setJob] = useState<Job | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = (path: string, body: Record<string, unknown>) => {
    setProblem(null);
    setJob(null);
    post<Job>(path, body)
      .then(setJob)
      .catch((error: unknown) => error instanceof Problem && setProblem(error));
  };
  return { job, problem, send };
}

function CorrectValue({ about, assume }: { about: About; assume: boolean }) {
  const { me, partial } = useCompany();
  const property = about.property;
  const [text, setText] = useState("");
  const [because, setBecause] = useState("");
  const [review, setReview] = useState("");
  const entering = useEntering();
  const running = entering.job !== null;
  const body = (dry: boolean): Record<string, unknown> => ({
    entity: about.entity.id,
    changes: [`${property?.name ?? ""}=${text}`],
    because,
    dry_run: dry,
    ...(assume ? { owner: me?.name ?? "", review } : {}),
  });
  const path = assume ? "/v1/assumptions" : "/v1/corrections";
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        entering.send(path, body(false));
      }}
    >
      <h3>{assume ? "Enter a better assumption" : "Put it right"}</h3>
      <Field label={`${sentence(property?.text?.label ?? property?.name ?? "")} is really`} hint={HINTS[property?.text?.type ?? ""] ?? "Empty: it has none."}>
        {(props) =>
          property?.text && property.text.values.length > 0 ? (
            <select {...props} value={text} onChange={(e) => setText(e.currentTarget.value)}>
              <option value="">none</option>
              {property.text.values.map((v) => (
                <option key={v}>{v}</option>
              ))}
            </select>
          ) : property?.text?.type === "date" ? (
            <input {...props} type="date" value={text} onInput={(e) => setText(e.currentTarget.value)} />
          ) : (
            <input {...props} type="text" value={text} onInput={(e) => setText(e.currentTarget.value)} />
          )
        }
      </Field>
      <Field label="Because" hint="It is shown wherever the value is.">
        {(props) => <input {...props} type="text" required value={because} onInput={(e) => setBecause(e.currentTarget.value)} />}
      </Field>
      {assume && (
        <Field label="Look at it again on">
          {(props) => <input {...props} type="date" required value={review} onInput={(e) => setReview(e.currentTarget.value)} />}
        </Field>
      )}
      {entering.problem && <Trouble problem={entering.problem} />}
      {entering.job && <JobWatch key={entering.job.id} job={entering.job} />}
      <footer class="buttons">
        {!partial && (
          <button type="button" class="button" disabled={because.trim() === ""} onClick={() => entering.send(path, body(true))}>
            What would change?
          </button>
        )}
        <button type="submit" class="button primary" disabled={because.trim() === "" || (running && entering.job?.asked["dry_run"] === false)}>
          {assume ? "Enter" : "Correct"}
        </button>
      </footer>
    </form>
  );
}

const HINTS: Record<string, string> = {
  decimal: "A number with a point, such as 49.90. Empty: it has none.",
  integer: "A whole number. Empty: it has none.",
  date: "A day.",
  boolean: "true or false.",
};

function CorrectRelation({ about }: { about: About }) {
  const { words, partial } = useCompany();
  const [because, setBecause] = useState("");
  const entering = useEntering();
  const classes = words.class(about.entity.class);
  const role = about.relation?.role ?? classes?.roles.find((r) => r.relation === about.relation?.name && r.label === about.relation.label)?.name;
  if (!about.relation || role === undefined) {
    return <Note>Open the card of {about.entity.title} and choose the relation there.</Note>;
  }
  const body = { entity: about.entity.id, changes: [`${role}-=${about.relation.other.id}`], because };
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        entering.send("/v1/corrections", body);
      }}
    >
      <h3>This relation does not hold</h3>
      <p>
        {about.entity.title} {about.relation.label} {about.relation.other.title}: it is taken away, the rows stay as they are.
      </p>
      <Field label="Because" hint="It is kept with the correction.">
        {(props) => <input {...props} type="text" required value={because} onInput={(e) => setBecause(e.currentTarget.value)} />}
      </Field>
      {entering.problem && <Trouble problem={entering.problem} />}
      {entering.job && <JobWatch key={entering.job.id} job={entering.job} />}
      <footer class="buttons">
        {!partial && (
          <button type="button" class="button" disabled={because.trim() === ""} onClick={() => entering.send("/v1/corrections", { ...body, dry_run: true })}>
            What would change?
          </button>
        )}
        <button type="submit" class="button primary" disabled={because.trim() === ""}>
          Take it away
        </button>
      </footer>
    </form>
  );
}
