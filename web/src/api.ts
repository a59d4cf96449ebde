/** Asking knockon: every question goes to `/v1` of the same origin, with the reader's own rights. */

const KEY = "knockon.key";

/** What went wrong, as RFC 9457 problem details say it. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly advice: string;
  readonly candidates: { id: string; class: string; title: string; why: string }[];
  readonly mistakes: { where: string; what: string }[];
  readonly reference: string;

  constructor(status: number, body: Record<string, unknown>) {
    super(String(body["title"] ?? "That did not work"));
    this.status = status;
    this.code = String(body["code"] ?? "unknown");
    this.detail = String(body["detail"] ?? "");
    this.advice = String(body["do"] ?? "");
    this.candidates = (body["candidates"] as Problem["candidates"] | null) ?? [];
    this.mistakes = (body["errors"] as Problem["mistakes"] | null) ?? [];
    this.reference = String(body["reference"] ?? "");
  }
}

type Query = Record<string, string | number | boolean | null | undefined>;

let refused: (() => void) | null = null;

/** What to do once nobody is known any more: the shell shows the sign-in. */
export function onRefused(run: () => void): void {
  refused = run;
}

export function key(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function setKey(value: string | null): void {
  if (value === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, value);
}

function headers(more: Record<string, string> = {}): Record<string, string> {
  const held = key();
  return held === null ? more : { ...more, Authorization: `Bearer ${held}` };
}

function address(path: string, query?: Query): string {
  const pairs = Object.entries(query ?? {}).filter(([, v]) => v !== undefined && v !== null && v !== "");
  const text = new URLSearchParams(pairs.map(([n, v]) => [n, String(v)])).toString();
  return text ? `${path}?${text}` : path;
}

export async function send(method: string, path: string, options: {
  query?: Query | undefined;
  body?: unknown;
  file?: Blob;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
} = {}): Promise<Response> {
  const more: Record<string, string> = { ...options.headers };
  let content: BodyInit | undefined;
  if (options.file !== undefined) content = options.file;
  else if (options.body !== undefined) {
    content = JSON.stringify(options.body);
    more["Content-Type"] = "application/json";
  }
  let answer: Response;
  try {
    answer = await fetch(address(path, options.query), {
      method,
      headers: headers(more),
      body: content ?? null,
      signal: options.signal ?? null,
      credentials: "same-origin",
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, {
      title: "knockon does not answer",
      code: "offline",
      detail: "The service could not be reached.",
      do: "Is `knockon serve` still running? Then try again.",
    });
  }
  if (answer.ok) return answer;
  let body: Record<string, unknown> = {};
  try {
    body = (await answer.json()) as Record<string, unknown>;
  } catch {
    body = { title: "That did not work", detail: `The answer was ${answer.status}.` };
  }
  if (answer.status === 401 && path !== "/v1/session" && path !== "/v1/invitations") refused?.();
  throw new Problem(answer.status, body);
}

export async function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return (await (await send("GET", path, { query, signal })).json()) as T;
}

export async function post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return (await (await send("POST", path, { body, signal })).json()) as T;
}

/** One path segment, whatever it holds. */
export function part(text: string): string {
  return encodeURIComponent(text);
}

export interface Progress {
  stage: string;
  done: number;
  total: number;
}

/** What happens to a job, until it is over: read as server-sent events, with the key in a header. */
export async function watch(id: string, tell: (progress: Progress) => void, signal: AbortSignal): Promise<void> {
  const answer = await send("GET", `/v1/jobs/${part(id)}/events`, { signal, headers: { Accept: "text/event-stream" } });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  let held = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    held += value;
    const events = held.split("\n\n");
    held = events.pop() ?? "";
    for (const event of events) {
      const line = event.split("\n").find((l) => l.startsWith("data: "));
      if (event.startsWith("event: done")) return;
      if (line) tell(JSON.parse(line.slice(6)) as Progress);
    }
  }
}
