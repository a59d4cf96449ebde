/** What the API answers, as far as the page reads it (docs/api.md; /openapi.json says more). */

export interface Thing {
  id: string;
  class: string;
  title: string;
  kind?: string;
}

export interface RecordRow {
  id: string;
  source: string;
  table: string;
  key: string;
  kind: string;
  stale: boolean;
  file: string | null;
  row: number | null;
}

export interface Hop {
  relation: string;
  name: string;
  label: string;
  source: Thing;
  target: Thing;
  weight: number;
  lag_days: number;
  valid_from: string | null;
  valid_to: string | null;
  records: RecordRow[];
}

export interface Path {
  sentence: string;
  score: number;
  lag_days: number | null;
  hops: Hop[];
}

export interface Affected {
  entity: Thing;
  score: number;
  earliest_days: number | null;
  earliest_on: string | null;
  hops: number;
  amount: string | null;
  currency: string | null;
  when: string | null;
  paths: Path[];
  records: RecordRow[];
  interval?: number[] | null;
  until_days?: number | null;
  note?: string | null;
}

export interface Total {
  class: string;
  label: string;
  count: number;
  amounts: Record<string, string>;
  without_amount: number;
  past: number;
  past_amounts: Record<string, string>;
  first_on: string | null;
}

export interface Impact {
  starts: Thing[];
  semantics: string;
  version: number;
  known_at: number | null;
  as_of: string;
  valid_at: string;
  found: number;
  listed: number;
  complete: boolean;
  frontier_dropped: number;
  assumed_inputs: number;
  notes: string[];
  totals: Total[];
  affected: Affected[];
}

export interface Connection {
  start: Thing;
  end: Thing;
  version: number;
  complete: boolean;
  assumed_inputs: number;
  paths: Path[];
}

export interface Found extends Thing {
  why: string;
  score: number;
}

export type Plain = string | number | boolean | null;

export interface ValueOf {
  value: Plain | Plain[];
  unit: string | null;
  records: string[];
  others?: { value: Plain; record: string }[];
}

export interface RelationOf {
  id: string;
  relation: string;
  role: string;
  label: string;
  other: Thing;
  values: Record<string, Plain>;
  valid_from: string | null;
  valid_to: string | null;
  records: string[];
}

export interface PlaceOf {
  kind: string;
  file: string;
  sha256: string;
  row: number;
  run: string;
  stale: boolean;
  recorded: string;
  agent: string;
  because: string;
}

export interface Entity {
  id: string;
  title: string;
  classes: string[];
  aliases: string[];
  version: number;
  values: Record<string, ValueOf>;
  relations: RelationOf[];
  totals: Record<string, number>;
  warnings: { rule: string; path: string; value: string | null; messages: Record<string, string> }[];
  records: Record<string, PlaceOf>;
}

export interface History {
  id: string;
  version: number;
  changes: {
    since: number;
    until: number;
    run: string | null;
    at: string | null;
    title: string;
    values: Record<string, Plain | Plain[]>;
    became: Record<string, Plain | Plain[]>;
  }[];
}

export interface PropertyText {
  name: string;
  label: string;
  comment: string;
  type: string;
  unit: string | null;
  currency: string | null;
  scale: number;
  many: boolean;
  personal: boolean;
  values: string[];
}

export interface RoleText {
  name: string;
  label: string;
  relation: string;
  to: string;
  one: boolean;
  impact: boolean;
}

export interface ClassText {
  name: string;
  label: string;
  plural: string;
  comment: string;
  ancestors: string[];
  title: string | null;
  amount: string | null;
  when: string | null;
  properties: PropertyText[];
  roles: RoleText[];
}

export interface Me {
  id: string;
  name: string;
  kind: string;
  roles: string[];
  may: string[];
  withheld: string[];
  not_editable: string[];
  company: string;
}

export interface Evidence {
  number: number;
  kind: "sentence" | "fact";
  text: string;
  passage?: string;
  document?: Thing;
  headings?: string[];
  page?: number | null;
  start?: number;
  end?: number;
  dated?: string | null;
  until?: string | null;
  entity?: Thing;
  records: RecordRow[];
}

export interface Answer {
  question: string;
  kind: "text" | "structure" | "impact" | "what-if" | "ambiguous" | "unknown";
  known: boolean;
  text: string;
  confidence: number;
  version: number;
  as_of: string;
  statements: { text: string; support: number[]; derived: boolean }[];
  evidence: Evidence[];
  paths: Path[];
  contradictions: { about: string; sides: number[] }[];
  nearest: Evidence[];
  readings: { text: string; question: string }[];
  plan: string | null;
  table: { columns: string[]; rows: string[][]; ids: string[]; total: number } | null;
  linked: Thing[];
  notes: string[];
  written_by: string;
}

export interface Job {
  id: string;
  kind: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled" | "lost";
  caller: string;
  asked: Record<string, unknown>;
  result: JobResult | null;
  problem: { code: string; detail: string; do?: string; reference?: string } | null;
  created: string;
  finished: string | null;
}

/** A change that waits for a second person, or was decided. */
export interface Proposal {
  id: string;
  kind: string;
  asked: Record<string, unknown>;
  because: string;
  version: number;
  caller: string;
  name: string;
  created: string;
  state: "open" | "approved" | "rejected" | "withdrawn";
  decider_name: string | null;
  verdict_because: string | null;
  job: string | null;
}

export interface ItemCounts {
  added: number;
  changed: number;
  removed: number;
}

export interface JobResult {
  run: string;
  version: number;
  dry_run: boolean;
  quarantined?: number;
  reasons?: Record<string, number>;
  records?: ItemCounts;
  entities?: ItemCounts;
  relations?: ItemCounts;
  nothing_new?: boolean;
}

export interface Run {
  id: string;
  ordinal: number;
  kind: string;
  status: string;
  in_force: boolean;
  undone_by: string | null;
  agent: string;
  because: string;
  target: string | null;
  started: string;
  finished: string | null;
  published: number | null;
}

export interface SourceText {
  source: string;
  title: string;
  tables: { table: string; class: string | null; file: string | null }[];
}

export interface AsideRow {
  id: string;
  run: string;
  source: string;
  table: string;
  file: string;
  row: number;
  record: string | null;
  rule: string;
  column: string | null;
  reason: string;
  raw: Record<string, string | null>;
}

export interface Finding {
  focus: string;
  title: string;
  class: string;
  rule: string;
  path: string;
  value: string | null;
  severity: string;
  message: string;
  records: { record: string; file: string; row: number }[];
}

export interface Task {
  id: string;
  kind: string;
  title: string;
  count: number;
  where: string;
  since: string;
  assigned: string | null;
  due: string | null;
  snoozed_until: string | null;
  note: string;
}

export interface MatchSide {
  record: string;
  entity: string;
  title: string;
}

export interface MatchQuestion {
  class: string;
  left: MatchSide;
  right: MatchSide;
  probability: number;
  weight: number;
  reasons: string[];
  moves: number;
  effect: number;
}

export interface Why {
  version: number;
  left: string;
  right: string;
  together: boolean;
  because: string[];
  judgements: { left: string; right: string; verdict: string; decided_by: string; agent: string; at: string | null }[];
  compared: {
    left: string;
    right: string;
    weight: number;
    probability: number;
    prior: number;
    parts: { comparison: string; bits: number; left: string; right: string }[];
  } | null;
}

export interface Similar {
  similar: (Thing & { score: number; because: string; facts: string[] })[];
  notes: string[];
}

export interface ReportLine {
  id: string;
  kind: string;
  title: string;
  version: number;
  created: string;
}

export interface Report extends ReportLine {
  question: Record<string, unknown>;
  answer: Record<string, unknown>;
  changed: boolean | null;
  differences: string[];
}

/** A figure of a measure, exact: `number` is a decimal or a fraction. */
export interface Figure {
  number?: string;
  currency?: string;
  about?: number;
  flag?: boolean;
  date?: string;
  instant?: string;
  text?: string;
  unknown?: boolean;
  error?: string;
}

export interface Change {
  measure: string;
  entity: string;
  period?: string | number | null;
  title: string;
  before: Figure | null;
  after: Figure | null;
  delta: string | null;
}

export interface ScenarioText {
  id: string;
  name: string;
  because?: string;
  as_of?: string;
  base?: number;
  do?: Record<string, unknown>[];
  sentences?: string[];
  names?: Record<string, string>;
  [more: string]: unknown;
}

export interface KeptScenario {
  id: string;
  name: string;
  author: string;
  because: string;
  base: number;
  parent: string | null;
  interventions: number;
  created: string;
}

export interface Comparison {
  version: number;
  scenarios: ScenarioText[];
  found: number;
  figures: { measure: string; entity: string; period?: string | number | null; title: string; base: Figure | null; values: (Figure | null)[] }[];
}

export interface ScenarioRun {
  scenario: ScenarioText;
  version: number;
  edits: {
    values: number;
    redirected: number;
    cut: number;
    linked: number;
    added: string[];
    removed: string[];
    listed: { entity: Thing; name: string; relation: string | null; before: string; after: string }[];
  };
  cells: number;
  measures: {
    measure: string;
    count: number;
    higher: number;
    lower: number;
    lost: number;
    found: number;
    largest: Change[];
  }[];
  impact: {
    scenario: Impact;
    base: Impact | null;
    spared: Thing[];
    struck: Thing[];
    later: number;
    earlier: number;
    nothing_fails: boolean;
  } | null;
  findings: { entity: Thing | null; message: string; severity: string; path: string }[] | null;
  notes: string[];
  explanations?: Explanation[];
}

export interface Explanation {
  title: string;
  target: { measure: string; entity: string };
  before: Figure | null;
  after: Figure | null;
  delta: string | null;
  complete: boolean;
  steps: {
    title: string;
    formula: string;
    before: Figure | null;
    after: Figure | null;
    arguments: {
      kind: string;
      owner: string;
      name: string;
      period: string | number | null;
      label: string;
      entity: Thing | null;
      before: Figure | null;
      after: Figure | null;
      share: string | null;
      records: RecordRow[];
      assumed: boolean;
      edited_by: number[];
    }[];
  }[];
  inputs: { kind: string; owner: string; name: string; period: string | number | null; flow: string }[];
  interventions: { numbers: number[]; text: string; share: string }[];
  interventions_method: string;
  interventions_error: number;
  rest: string;
  notes: string[];
}

export interface MeasureText {
  name: string;
  class: string;
  label: string;
  description: string;
  formula: string;
  type: string;
  unit: string;
  scale: number;
  over: string | null;
  better: string | null;
  uses: string[];
  shipped: boolean;
}

/** A value of a measure; exact numbers as text. */
export interface MeasureValue {
  state: "known" | "unknown" | "error";
  value: string | number | boolean | null;
  currency: string | null;
  error: { kind: string; measure: string; entity: string; text: string } | null;
}

export interface MeasureValues {
  measure: string;
  label: string;
  unit: string;
  formula: string;
  version: number;
  as_of: string;
  periods: string[] | null;
  found: number;
  known: number;
  unknown: number;
  errors: number;
  causes: { kind: string; measure: string; entity: string; text: string; cells: number }[];
  totals: Record<string, string>[];
  off_axis: { before: number; after: number; undated: number };
  rows: { entity: Thing; values: MeasureValue[] }[];
}

/** Why a value of a measure is what it is. */
export interface Trace {
  measure: string;
  entity: Thing;
  period: string | null;
  label: string;
  formula: string;
  unit: string;
  value: MeasureValue;
  aggregates: { text: string; terms: number; unknown: number; value: MeasureValue }[];
  operands: {
    kind: string;
    owner: string;
    name: string;
    label: string;
    value: MeasureValue;
    entity: Thing | null;
    records: RecordRow[];
    assumed: boolean;
    trace: Trace | null;
  }[];
  more: number;
}

/** An entry of the audit: what is there depends on what was done. */
export interface AuditEntry {
  seq: number;
  hash: string;
  at: string;
  action: string;
  who?: { id?: string; name?: string } | null;
  method?: string;
  path?: string;
  query?: string;
  asked?: unknown;
  status?: number | null;
  version?: number | null;
  erased?: boolean;
  job?: string;
  proposal?: string;
}

export interface RoleLine {
  role: string;
  may: string[];
  withheld: string[];
  second_person: string[];
}

export interface Policies {
  digest: string;
  roles: RoleLine[];
  files: { name: string; shipped: boolean; text: string }[];
}
