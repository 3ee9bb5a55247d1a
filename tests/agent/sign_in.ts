/**
 * Signs in to the example agent.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { AgentProcess } from "./agent_process.ts";

/** What the tests sign in with. */
export const PASSWORD = "correct horse battery";

/** Signs in, as the first admin where the agent printed its token. */
export async function signIn(agent: AgentProcess): Promise<Signed> {
  const token = new URL(agent.console).hash.replace("#token=", "");
  const response = await fetch(
    `${agent.origin}/api/v1/session${token ? "/first" : ""}`,
    {
      method: "POST",
      headers: { origin: agent.origin, "content-type": "application/json" },
      body: JSON.stringify({
        username: "ada",
        password: PASSWORD,
        ...(token ? { token } : {}),
      }),
    },
  );
  const { accessToken } = await response.json();
  assertEquals(response.status, 200);
  return async (path, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${accessToken}`);
    const response = await fetch(agent.origin + path, { ...init, headers });
    assertEquals(response.ok, true, path);
    return await response.json();
  };
}

/** Asks as the one who signed in. */
// deno-lint-ignore no-explicit-any
export type Signed = (path: string, init?: RequestInit) => Promise<any>;
