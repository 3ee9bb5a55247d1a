/**
 * Which agent a command works on: a database file, or a server.
 *
 * @module
 */
import type { Command } from "commander";
import { isSecretsKey } from "../../shared/secret/secrets_key.ts";
import type { CliContext } from "../program/cli_context.ts";
import { UsageError } from "../program/fail.ts";
import type { Agent, LiveAgent } from "./agent/agent.ts";

/** What says which agent. */
export interface TargetOptions {
  /** The database. */
  readonly db?: string;
  /** The server. */
  readonly url?: string;
  /** Who asks the server. */
  readonly token?: string;
  /** Where the agent's `secretsKey` is. */
  readonly secretsKeyFile?: string;
  /** Whether the agent's policy is left aside. */
  readonly overridePolicy?: boolean;
}

/** The variables that secrets may be in. */
const TOKEN_VARIABLE = "DOCKSTAT_TOKEN";
const KEY_VARIABLE = "DOCKSTAT_SECRETS_KEY";

/** Declares the options that say which server. */
export function addServerOptions(command: Command): void {
  command
    .option("--url <address>", "the agent's server")
    .option(
      "--token <token>",
      `a key or access token (default: ${TOKEN_VARIABLE})`,
    );
}

/** Declares the options that say which agent. */
export function addTargetOptions(command: Command): void {
  command.option("--db <file>", "the agent's database");
  addServerOptions(command);
  command
    .option(
      "--secrets-key-file <file>",
      `the agent's secretsKey (default: ${KEY_VARIABLE})`,
    )
    .option("--override-policy", "leave the agent's policy aside; audited");
}

/**
 * Opens the agent of a command.
 *
 * @throws {UsageError} Where none is named, or two are.
 */
export async function openAgent(
  options: TargetOptions,
  { signal }: CliContext,
  about: { readonly command: string; readonly writes: boolean },
): Promise<Agent> {
  const { db, url, overridePolicy } = options;
  if ((db === undefined) === (url === undefined)) {
    throw new UsageError(
      `Cannot tell which agent is meant: give either --db <file> or --url <address>`,
    );
  }
  if (url !== undefined) {
    if (overridePolicy) {
      throw new UsageError(
        "Cannot override the policy of a server: it applies it itself; use --db on its machine",
      );
    }
    return await openServer(options, signal);
  }
  const { openFileAgent } = await import("./agent/file_agent.ts");
  const secretsKey = await readSecretsKey(options);
  return await openFileAgent({
    path: db!,
    ...about,
    ...(overridePolicy === undefined ? {} : { overridePolicy }),
    ...(secretsKey === undefined ? {} : { secretsKey }),
  });
}

/**
 * Opens the agent of a command that needs a running one.
 *
 * @throws {UsageError} Without `--url`.
 */
export async function openLiveAgent(
  options: TargetOptions,
  { signal }: CliContext,
  command: string,
): Promise<LiveAgent> {
  if (options.url === undefined) {
    throw new UsageError(
      `Cannot run ${command} on a file: it asks a running agent; give --url <address>`,
    );
  }
  return await openServer(options, signal);
}

async function openServer(
  { url, token }: TargetOptions,
  signal: AbortSignal,
): Promise<LiveAgent> {
  if (!/^https?:$/.test(URL.parse(url!)?.protocol ?? "")) {
    throw new UsageError(
      `Cannot reach "${url}": --url needs an address such as http://127.0.0.1:8787`,
    );
  }
  const { ServerAgent } = await import("./agent/server_agent.ts");
  const known = token ?? await fromEnvironment(TOKEN_VARIABLE);
  return new ServerAgent({
    url: url!,
    signal,
    ...(known === undefined ? {} : { token: known }),
  });
}

/** The agent's `secretsKey`: of a file, or of the environment. */
export async function readSecretsKey(
  { secretsKeyFile }: Pick<TargetOptions, "secretsKeyFile">,
): Promise<string | undefined> {
  if (secretsKeyFile === undefined) {
    const value = await fromEnvironment(KEY_VARIABLE);
    return value && checkedKey(value, KEY_VARIABLE);
  }
  const [line = ""] = (await Deno.readTextFile(secretsKeyFile)).split(/\r?\n/);
  return checkedKey(line, `the first line of "${secretsKeyFile}"`);
}

function checkedKey(value: string, place: string): string {
  if (isSecretsKey(value)) return value;
  throw new UsageError(
    `Cannot use ${place} as the secretsKey: it is shorter than 32 bytes or their base64`,
  );
}

/** Asking for a permission that nobody gave would stop a script. */
async function fromEnvironment(variable: string): Promise<string | undefined> {
  const query = { name: "env", variable } as const;
  const { state } = await Deno.permissions.query(query);
  return state === "granted" ? Deno.env.get(variable) || undefined : undefined;
}
