/**
 * `verify`: whether the code is what the manifest promises, and who signed it.
 *
 * @module
 */
import { resolve, toFileUrl } from "@std/path";
import { obtainPlugin, type TrustedKeys } from "../../install/mod.ts";
import {
  codeHash,
  metadataHash,
} from "../../install/trust/verification_hash.ts";
import {
  type CliCommand,
  defineCommand,
  EXIT,
} from "../program/cli_command.ts";
import { UsageError } from "../program/fail.ts";
import { digestOf } from "../../shared/digest.ts";
import { readJson } from "../../shared/document/json.ts";
import { requireManifest } from "../project/read_project.ts";

interface VerifyOptions {
  readonly trust?: readonly string[];
  readonly trustedKeys?: string;
  readonly allowPrivateHosts?: boolean;
}

/** Verifies a plugin. */
export const command: CliCommand = defineCommand<VerifyOptions>({
  examples: [
    "verify --trust jane-2026=rXq1igNxVTtrP87SEXL1AgAetVGBmtcypWLO/r2Y9RE=",
    "verify https://example.com/greeter/manifest.json --trusted-keys keys.json",
  ],
  permissions: "--allow-read, or --allow-net=<host> for a URL",
  configure(command) {
    command
      .argument("[dir or url]", "the project's folder, or a manifest", ".")
      .option("--trust <id=key...>", "a public key in base64, by its id")
      .option("--trusted-keys <file>", "a JSON object of keys by id");
  },
  async run({ output, signal }, options, [from = "."]) {
    const trustedKeys = await keysOf(options);
    const url = await manifestUrl(from);
    const { row, extras } = await obtainPlugin(url, {
      trustedKeys,
      allowLocalFiles: url.startsWith("file:"),
      requireIntegrity: true,
      signal,
    });
    const { name, version, plugin } = row;
    const state = extras.signature;
    const told = {
      name,
      version,
      integrity: digestOf(plugin),
      signature: state,
      codeHash: codeHash(plugin),
      metadataHash: metadataHash(row),
    };
    output.line(`${name} ${version}: the code is what the manifest promises`);
    output.line(`signature: ${state}`);
    output.line(`integrity: ${told.integrity}`);
    output.line(`hash of the code: ${told.codeHash}`);
    output.line(`hash of the original's services: ${told.metadataHash}`);
    output.json(told);
    const isAsked = Object.keys(trustedKeys).length > 0;
    if (state === "signed" || (!isAsked && state === "unsigned")) return;
    output.note(refusal(name, state, isAsked));
    return EXIT.refused;
  },
});

function refusal(name: string, state: string, isAsked: boolean): string {
  const reason = !isAsked
    ? "say which key you trust with --trust"
    : state === "unsigned"
    ? "nobody signed it"
    : state === "untrusted"
    ? "none of the trusted keys signed it"
    : "the signature covers the code alone; sign it anew";
  return `Cannot trust plugin "${name}": ${reason}`;
}

async function manifestUrl(from: string): Promise<string> {
  if (/^(?:https?|file):/.test(from)) return from;
  const { path } = /\.(?:json|ya?ml)$/.test(from)
    ? { path: from }
    : await requireManifest(from);
  return toFileUrl(resolve(path)).href;
}

async function keysOf(
  { trust = [], trustedKeys }: VerifyOptions,
): Promise<TrustedKeys> {
  const given = trust.map((text) => {
    const at = text.indexOf("=");
    if (at > 0) return [text.slice(0, at), text.slice(at + 1)] as const;
    throw new UsageError(`Cannot trust "${text}": write <id>=<key in base64>`);
  });
  const file = trustedKeys === undefined ? {} : await keysFile(trustedKeys);
  return { ...file, ...Object.fromEntries(given) };
}

async function keysFile(path: string): Promise<TrustedKeys> {
  const { value, issues } = readJson(await Deno.readTextFile(path));
  const keys = Object.entries(Object(value));
  if (
    issues.length === 0 && keys.every(([, key]) => typeof key === "string")
  ) return Object.fromEntries(keys) as TrustedKeys;
  throw new UsageError(
    `Cannot use the keys of "${path}": it is not a JSON object of strings`,
  );
}
