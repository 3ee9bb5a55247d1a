/**
 * A host of the published package, for `package_test.ts`: prints what it saw.
 *
 * @module
 */
import {
  type Isolation,
  PluginError,
  PluginHandler,
} from "@dockstat/plugin-handler";
import * as builder from "@dockstat/plugin-handler/builder";
import * as docker from "@dockstat/plugin-handler/docker";
import * as fleet from "@dockstat/plugin-handler/fleet";
import * as server from "@dockstat/plugin-handler/server";
import * as sqlite from "@dockstat/plugin-handler/sqlite";
import * as testing from "@dockstat/plugin-handler/testing";
import { argon2id } from "hash-wasm";

const MODULES = { builder, docker, fleet, server, sqlite, testing };
const ORIGIN = "http://localhost";
const PASSWORD = "a password of some length";

const CODE = `export default {
  config: {
    table: {
      name: "counted",
      columns: { id: { type: "INTEGER", primaryKey: true }, value: { type: "TEXT" } },
    },
    apiRoutes: { "/count": { method: "POST", actions: ["add", "count"] } },
    actions: {
      add: ({ table }) => table.insert({ value: "x" }),
      count: ({ table }) => table.count(),
    },
  },
};`;

async function count(isolation: Isolation): Promise<unknown> {
  await using handler = new PluginHandler(":memory:", {
    isolation,
    sandbox: { confinement: "none" },
  });
  const { id } = handler.savePlugin({
    name: "counting",
    version: "1.0.0",
    repository: "https://example.com/r",
    manifest: "https://example.com/m.json",
    author: {},
    plugin: CODE,
  });
  await handler.loadPlugin(id!);
  const request = new Request(`${ORIGIN}/count`, { method: "POST" });
  return await handler.handleRoute(id!, "/count", request);
}

/** Whether an error of one export is one of another's. */
function sharesErrors(): boolean {
  try {
    new sqlite.DB("/no/such/folder/agent.db");
    return false;
  } catch (error) {
    return error instanceof PluginError;
  }
}

/** Signs in with a hash of the original's, which a worker verifies. */
async function signIn(): Promise<number> {
  await using handler = new PluginHandler(":memory:");
  await using agent = server.createServer(handler);
  const post = (path: string) =>
    agent.fetch(
      new Request(`${ORIGIN}/api/v1/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: ORIGIN },
        body: JSON.stringify({ username: "ada", password: PASSWORD }),
      }),
      { remoteAddr: { hostname: "127.0.0.1" } },
    );
  await post("session/first");
  const hash = await argon2id({
    password: PASSWORD,
    salt: crypto.getRandomValues(new Uint8Array(16)),
    parallelism: 1,
    iterations: 2,
    memorySize: 19_456,
    hashLength: 32,
    outputType: "encoded",
  });
  const { driver } = handler.database;
  driver.run("UPDATE plugin_handler_users SET password = ?", [hash]);
  return (await post("session")).status;
}

console.log(JSON.stringify({
  names: Object.fromEntries(
    Object.entries(MODULES).map(([name, module]) => [
      name,
      Object.keys(module).toSorted(),
    ]),
  ),
  inline: await count("inline"),
  isolated: await count("process"),
  sharesErrors: sharesErrors(),
  signIn: await signIn(),
}));
