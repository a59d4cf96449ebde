/** Long work: started, watched as it goes, and what came of it. */

import { useEffect, useState } from "preact/hooks";
import { get, part, Problem, send, watch, type Progress } from "../api.ts";
import { useCompany } from "../company.tsx";
import { to } from "../route.ts";
import type { ItemCounts, Job } from "../wire.ts";
import { count, plural } from "../words.ts";
import { Note, Trouble } from "./basics.tsx";

/** What a run did, in one sentence. */
export function outcome(job: Job): string {
  const result = job.result;
  if (!result || !("entities" in result)) return ""; // what is withheld from the caller is counted too, so nothing is
  if (result.nothing_new) return "Nothing is new.";
  const told = (["entities", "relations"] as const)
    .map((name) => sum(result[name], name === "entities" ? "thing" : "relation"))
    .filter((t) => t !== "");
  const kept = result.quarantined ? `; ${plural(result.quarantined, "row")} set aside in all` : "";
  return `${told.length ? told.join(", ") : "The graph stays as it is"}${kept}.`;
}

function sum(items: ItemCounts | undefined, one: string): string {
  if (!items) return "";
  const parts = [
    items.added ? `${count(items.added)} new` : "",
    items.changed ? `${count(items.changed)} changed` : "",
    items.removed ? `${count(items.removed)} gone` : "",
  ].filter((p) => p !== "");
  return parts.length ? `${one}s: ${parts.join(", ")}` : "";
}

/** Follows a change: a job until it is over, or a proposal that waits for somebody else. */
export function JobWatch({ job, done }: { job: Job; done?: (job: Job) => void }) {
  return job.id.startsWith("proposal-") ? (
    <Note kind="good">
      <b>Proposed.</b> Somebody else has to decide on this. <a href={to("inbox", ["proposals"])}>See what waits</a>
    </Note>
  ) : (
    <Followed job={job} {...(done ? { done } : {})} />
  );
}

function Followed({ job: started, done }: { job: Job; done?: (job: Job) => void }) {
  const { changed, say, may } = useCompany();
  const [job, setJob] = useState(started);
  const [progress, setProgress] = useState<Progress | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  useEffect(() => {
    const stop = new AbortController();
    const over = async () => {
      for (;;) {
        await watch(started.id, setProgress, stop.signal);
        const now = await get<Job>(`/v1/jobs/${part(started.id)}`, {}, stop.signal);
        if (now.state !== "waiting" && now.state !== "running") {
          setJob(now);
          say(now.state === "done" ? "Done." : "It did not succeed.");
          done?.(now);
          if (now.state === "done" && !now.result?.dry_run) changed();
          return;
        }
      }
    };
    over().catch((error: unknown) => {
      if (!stop.signal.aborted && error instanceof Problem) setProblem(error);
    });
    return () => stop.abort();
  }, [started.id]);

  const cancel = () => {
    send("DELETE", `/v1/jobs/${part(started.id)}`).catch((error: unknown) => error instanceof Problem && setProblem(error));
  };

  if (problem) return <Trouble problem={problem} />;
  if (job.state === "waiting" || job.state === "running") {
    const share = progress && progress.total > 0 ? progress.done / progress.total : null;
    const stage = progress?.stage ? progress.stage : job.state === "waiting" ? "waiting for its turn" : "begun";
    return (
      <div class="job">
        <p>
          <b>{VERBS[job.kind] ?? job.kind}</b> {stage}
          {progress && progress.total > 0 && ` (${count(progress.done)} of ${count(progress.total)})`}
        </p>
        {share === null ? (
          <progress aria-label="Progress" />
        ) : (
          <progress aria-label="Progress" max={1} value={share} />
        )}
        {may("ingest") && (
          <button type="button" class="button small" onClick={cancel}>
            Stop
          </button>
        )}
      </div>
    );
  }
  if (job.state === "done") {
    return (
      <Note kind="good">
        <b>{job.result?.dry_run ? "This is what would change." : "Done."}</b> {outcome(job)}{" "}
        {job.result && !job.result.dry_run && <a href={to("runs", [], { run: job.result.run })}>See the run</a>}
      </Note>
    );
  }
  return (
    <Note kind="bad">
      <b>{job.state === "cancelled" ? "Stopped." : "It did not succeed."}</b> {job.problem?.detail} {job.problem?.do}
    </Note>
  );
}

export const VERBS: Record<string, string> = {
  ingest: "Reading the sources:", replay: "Trying again:", undo: "Taking back:", correct: "Correcting:",
  assume: "Entering:", judge: "Deciding:",
};
