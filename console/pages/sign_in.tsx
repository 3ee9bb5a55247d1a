/**
 * Signing in, and the first start.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";
import { signal } from "@preact/signals";
import { type ApiError, ask, begin, post, renew, user } from "../api/client.ts";
import type { SessionAnswer, SessionState } from "../api/types.ts";
import { texts } from "../texts.ts";
import { Button, Field } from "../ui/parts.tsx";

/** Whether it is known by now who is there. */
export const isKnown = signal(false);

/** The one-time token of the address, which is taken out of it at once. */
const firstToken = takeToken();

function takeToken(): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token === null) return undefined;
  history.replaceState(null, "", location.pathname + location.search);
  return token;
}

/** Finds out who is there: by the cookie, or since nobody is asked. */
export async function findUser(): Promise<void> {
  if (firstToken === undefined) {
    const state = await ask<SessionState>("/session/state").catch(() => null);
    if (state?.authentication === "none" || state?.authentication === "other") {
      await ask<{ user: typeof user.value }>("/session/me")
        .then((answer) => user.value = answer.user)
        .catch(() => {});
    } else if (state?.users) await renew();
  }
  isKnown.value = true;
}

export function SignIn() {
  const [state, setState] = useState<SessionState>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    document.title = texts.title();
    ask<SessionState>("/session/state").then(
      setState,
      (error) => setProblem(error.message),
    );
  }, []);
  const isFirst = state !== undefined && !state.users &&
    (firstToken !== undefined || state.canRegister);
  return (
    <main class="sign-in" tabIndex={-1}>
      <div class="sign-in-card">
        <Logo />
        <h1>{isFirst ? texts.signIn.firstTitle : texts.signIn.title}</h1>
        {isFirst && <p class="lead">{texts.signIn.firstLead}</p>}
        {state && !isFirst && !state.users && (
          <p class="callout warn">{texts.signIn.needsToken}</p>
        )}
        {state && <Credentials isFirst={isFirst} />}
        {problem && <p class="callout bad" role="alert">{problem}</p>}
      </div>
    </main>
  );
}

function Credentials({ isFirst }: { isFirst: boolean }) {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<ApiError>();
  const [isBusy, setBusy] = useState(false);
  async function submit(event: Event) {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      const path = isFirst ? "/session/first" : "/session";
      const token = isFirst && firstToken ? { token: firstToken } : {};
      begin(await post<SessionAnswer>(path, { username, password, ...token }));
    } catch (error) {
      setProblem(error as ApiError);
    } finally {
      setBusy(false);
    }
  }
  return (
    <form onSubmit={submit}>
      <Field label={texts.signIn.username} error={problem?.fields?.username}>
        {(props) => (
          <input
            {...props}
            type="text"
            autocomplete="username"
            required
            autofocus
            value={username}
            onInput={(event) => setUsername(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field
        label={texts.signIn.password}
        hint={isFirst ? texts.signIn.passwordHint : undefined}
        error={problem?.fields?.password}
      >
        {(props) => (
          <input
            {...props}
            type="password"
            autocomplete={isFirst ? "new-password" : "current-password"}
            required
            minLength={isFirst ? 10 : undefined}
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        )}
      </Field>
      {problem && <p class="callout bad" role="alert">{problem.message}</p>}
      <Button kind="primary" type="submit" busy={isBusy}>
        {isFirst ? texts.signIn.create : texts.signIn.enter}
      </Button>
    </form>
  );
}

export function Logo() {
  return (
    <span class="logo">
      <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
        <rect width="32" height="32" rx="8" />
        <path d="M8 11h7v7H8zM17 11h7v7h-7zM8 20h7v3H8z" />
        <path class="faint" d="M17 20h7v3h-7z" />
      </svg>
      <span>{texts.product}</span>
    </span>
  );
}
