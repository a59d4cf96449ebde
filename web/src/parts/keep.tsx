/** Keeping an answer as a report: frozen with its graph version, as a page or a workbook. */

import { useState } from "preact/hooks";
import { post, Problem } from "../api.ts";
import { useCompany } from "../company.tsx";
import { go, to } from "../route.ts";
import type { ReportLine } from "../wire.ts";
import { Icon } from "./icon.tsx";

export function KeepButton({ kind, question, small }: { kind: string; question: Record<string, unknown>; small?: boolean }) {
  const { may, say } = useCompany();
  const [busy, setBusy] = useState(false);
  if (!may("ask")) return null;
  const keep = () => {
    setBusy(true);
    post<ReportLine>("/v1/reports", { kind, question })
      .then((made) => go(to("reports", [made.id])))
      .catch((error: unknown) => say(error instanceof Problem ? `${error.message}: ${error.detail}` : "It could not be kept."))
      .finally(() => setBusy(false));
  };
  return (
    <button type="button" class={`button${small ? " small" : ""}`} disabled={busy} onClick={keep} title="Keep it as a report: frozen as it is now">
      <Icon of="keep" /> {busy ? "Keeping …" : "Keep"}
    </button>
  );
}
