/** Becoming known: a key, an address with a password, or an invitation taken up. */

import { useState } from "preact/hooks";
import { get, post, Problem, setKey } from "../api.ts";
import { Field, Note } from "../parts/basics.tsx";
import { Logo } from "../parts/icon.tsx";
import { go, to, type Place } from "../route.ts";

export function SignIn({ place, again }: { place: Place; again: () => void }) {
  const code = place.view === "invitation" ? (place.rest[0] ?? "") : "";
  const [way, setWay] = useState<"person" | "key">("person");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [accepted, setAccepted] = useState("");
  const attempt = async (run: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await run();
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(0, { title: String(error) }));
    } finally {
      setBusy(false);
    }
  };
  const entered = () => {
    if (place.view === "sign-in" || place.view === "invitation") go(to("ask"));
    again();
  };
  return (
    <div class="sign-in card">
      <p class="brand">
        <Logo />
        <span class="wordmark">knockon</span>
      </p>
      {code && !accepted ? (
        <Invited
          busy={busy}
          accept={(password) =>
            attempt(async () => {
              const person = await post<{ email: string }>("/v1/invitations", { code, password });
              await post("/v1/session", { email: person.email, password });
              setAccepted(person.email);
              entered();
            })
          }
        />
      ) : (
        <>
          <h1 tabIndex={-1}>Sign in</h1>
          <div class="switch" role="group" aria-label="How">
            <button type="button" aria-pressed={way === "person"} onClick={() => setWay("person")}>
              Address and password
            </button>
            <button type="button" aria-pressed={way === "key"} onClick={() => setWay("key")}>
              Key
            </button>
          </div>
          {way === "person" ? (
            <form
              onSubmit={(e) => {
                e.preventDefault();
                const form = new FormData(e.currentTarget);
                void attempt(async () => {
                  await post("/v1/session", { email: String(form.get("email")), password: String(form.get("password")) });
                  setKey(null);
                  entered();
                });
              }}
            >
              <Field label="E-mail address">{(p) => <input {...p} name="email" type="email" autocomplete="username" required />}</Field>
              <Field label="Password">{(p) => <input {...p} name="password" type="password" autocomplete="current-password" required />}</Field>
              <button type="submit" class="button primary" disabled={busy}>
                Sign in
              </button>
            </form>
          ) : (
            <form
              onSubmit={(e) => {
                e.preventDefault();
                const held = String(new FormData(e.currentTarget).get("key")).trim();
                void attempt(async () => {
                  setKey(held);
                  try {
                    await get("/v1/me");
                  } catch (error) {
                    setKey(null);
                    throw error;
                  }
                  entered();
                });
              }}
            >
              <Field label="API key" hint="It is kept until this tab is closed.">
                {(p) => <input {...p} name="key" type="password" autocomplete="off" placeholder="kk_…" required />}
              </Field>
              <button type="submit" class="button primary" disabled={busy}>
                Use this key
              </button>
            </form>
          )}
        </>
      )}
      <div role="alert">
        {problem && (
          <Note kind="bad">
            {problem.detail || problem.message} {problem.advice}
          </Note>
        )}
      </div>
    </div>
  );
}

function Invited({ accept, busy }: { accept: (password: string) => Promise<void>; busy: boolean }) {
  const [differ, setDiffer] = useState(false);
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        const form = new FormData(e.currentTarget);
        const same = form.get("password") === form.get("again");
        setDiffer(!same);
        if (same) void accept(String(form.get("password")));
      }}
    >
      <h1 tabIndex={-1}>You are invited</h1>
      <p>Choose a password. The link works once.</p>
      <Field label="Password" hint="At least twelve characters; a few words are good.">
        {(p) => <input {...p} name="password" type="password" autocomplete="new-password" minLength={12} required />}
      </Field>
      <Field label="The same again">{(p) => <input {...p} name="again" type="password" autocomplete="new-password" required />}</Field>
      {differ && <Note kind="bad">The two are not the same.</Note>}
      <button type="submit" class="button primary" disabled={busy}>
        Set the password
      </button>
    </form>
  );
}
