/**
 * Learns what a plugin contributes, in a process without permissions: the
 * author's code never runs with the author's rights.
 *
 * @module
 */
import type { PluginContributions } from "../../plugin/contributions.ts";
import { describePlugin } from "../../sandbox/host/describe_plugin.ts";
import { Sandbox } from "../../sandbox/host/sandbox.ts";

/** How long importing may take. */
const LOAD_TIMEOUT_MS = 60_000;

/** The code of a plugin, and what its manifest calls it. */
export interface DescribedCode {
  readonly name: string;
  readonly version: string;
  readonly code: string;
}

/**
 * Learns what a plugin contributes.
 *
 * @throws {PluginError} What keeps it from being loaded.
 */
export async function describeCode(
  { name, version, code }: DescribedCode,
  signal: AbortSignal,
): Promise<PluginContributions> {
  const source = {
    id: 1,
    name,
    version,
    code,
    language: "javascript",
  } as const;
  return await describePlugin(source, {
    sandbox: new Sandbox(),
    loadTimeoutMs: LOAD_TIMEOUT_MS,
    signal,
  });
}
