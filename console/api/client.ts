/**
 * Asks `/api/v1`. The access token lives in this module's memory alone; the
 * cookie that renews it is the browser's, and no script sees it.
 *
 * @module
 */
import { signal } from "@preact/signals";
import type { SessionAnswer, User } from "./types.ts";
import { texts } from "../texts.ts";

/** Where the server is mounted. */
export const mount: string = document.querySelector<HTMLMetaElement>(
  'meta[name="mount"]',
)?.content ?? "";

/** Whether the server shows a fleet. */
export const hasFleet: boolean = document.querySelector(
  'meta[name="fleet"]',
) !== null;

const base = `${mount}/api/v1`;

/** Who is signed in. */
export const user = signal<User | undefined>(undefined);

let accessToken: string | undefined;

/** What the server refused, with what it says about it. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly fields: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }
}

export interface Ask {
  readonly method?: string;
  readonly body?: unknown;
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
}

/** Asks for JSON. */
export async function ask<T>(path: string, asked: Ask = {}): Promise<T> {
  const response = await askRaw(path, asked);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** Asks, renews the session once where it has run out, and throws refusals. */
export async function askRaw(path: string, asked: Ask = {}): Promise<Response> {
  let response = await send(path, asked);
  if (response.status === 401 && user.value && !path.startsWith("/session")) {
    if (await renew()) response = await send(path, asked);
  }
  if (!response.ok) throw await errorOf(response);
  return response;
}

/** Changes something. */
export function post<T>(path: string, body: unknown = {}): Promise<T> {
  return ask<T>(path, { method: "POST", body });
}

function send(path: string, asked: Ask): Promise<Response> {
  const { method = "GET", body, ifMatch, signal } = asked;
  const headers = new Headers({ accept: "application/json" });
  if (accessToken) headers.set("authorization", `Bearer ${accessToken}`);
  if (method !== "GET") headers.set("content-type", "application/json");
  if (ifMatch) headers.set("if-match", ifMatch);
  return fetch(path.startsWith("/p/") ? mount + path : base + path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    signal,
    cache: "no-store",
    credentials: "same-origin",
  }).catch((error) => {
    if (signal?.aborted) throw error;
    throw new ApiError(0, "UNREACHABLE", texts.unreachable);
  });
}

async function errorOf(response: Response): Promise<ApiError> {
  const problem = await response.json().catch(() => ({}));
  const fields = Object.fromEntries(
    (problem.errors ?? []).map((
      { path, message }: Record<string, string>,
    ) => [path, message]),
  );
  return new ApiError(
    response.status,
    problem.code ?? "",
    problem.detail ?? `${response.status} ${response.statusText}`,
    fields,
  );
}

let renewing: Promise<boolean> | undefined;

/** Renews the session by the cookie; requests at the same time share it. */
export function renew(): Promise<boolean> {
  return renewing ??= send("/session/refresh", { method: "POST", body: {} })
    .then(async (response) => {
      if (response.ok) return begin(await response.json());
      if (user.value?.id !== 0) user.value = undefined;
      return false;
    })
    .catch(() => false)
    .finally(() => renewing = undefined);
}

/** A session begins. */
export function begin(session: SessionAnswer): true {
  accessToken = session.accessToken;
  user.value = session.user;
  return true;
}

/** The session ends, here and on the server. */
export async function signOut(): Promise<void> {
  await ask("/session", { method: "DELETE" }).catch(() => {});
  accessToken = undefined;
  user.value = undefined;
}

/** A request of the person's own, to a plugin's route. */
export function sendAsUser(
  path: string,
  method: string,
  body: string | undefined,
): Promise<Response> {
  const headers = new Headers();
  if (accessToken) headers.set("authorization", `Bearer ${accessToken}`);
  if (method !== "GET") headers.set("content-type", "application/json");
  return fetch(mount + path, { method, headers, body, cache: "no-store" });
}
