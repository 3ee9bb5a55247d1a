/**
 * Tries a plugin before it is stored: its code is imported in a process without
 * permissions, so that nothing comes of it in the host.
 *
 * @module
 */
import { checkPlugin } from "../../checks/mod.ts";
import type { ObtainedPlugin } from "../../install/mod.ts";
import type { PluginAssembly } from "../../lifecycle/mod.ts";
import type { PluginContributions } from "../../plugin/contributions.ts";
import { clip } from "../../shared/text/clip.ts";
import { digestOf } from "../../shared/digest.ts";
import { messageOf, PluginError } from "../../shared/errors.ts";
import type { StoredPluginCode } from "../../store/mod.ts";

/** What came of a trial. */
export interface TrialOutcome {
  /** What the code contributes, where the trial told. */
  readonly contributions?: PluginContributions;
  /** What the operator should know. */
  readonly warnings: readonly string[];
}

/** What plugins are tried with. */
export interface InstallTrialParts {
  /** Imports code in a process. */
  readonly assembly: Pick<
    PluginAssembly,
    "describe" | "canDescribe" | "runsInline"
  >;
  /** Whether the host wants trials, and may run code at all. */
  readonly isWanted: boolean;
}

/** Tries plugins. */
export class InstallTrial {
  readonly #parts: InstallTrialParts;

  constructor(parts: InstallTrialParts) {
    this.#parts = parts;
  }

  /**
   * Tries what was obtained. Where no process can be started, the first load
   * tells whether it works; what needs a permission that nobody could grant yet
   * is not held against it.
   *
   * @throws {PluginError} What keeps the plugin from being loaded.
   */
  async run({ row, extras }: ObtainedPlugin): Promise<TrialOutcome> {
    const { assembly, isWanted } = this.#parts;
    if (!isWanted || !assembly.canDescribe()) return { warnings: [] };
    const digest = digestOf(row.plugin);
    const stored = {
      ...row,
      ...extras,
      ...UNDECIDED,
      id: 0,
      digest,
    } as StoredPluginCode;
    try {
      const contributions = await assembly.describe(stored);
      return { contributions, warnings: warningsOf(contributions, row) };
    } catch (error) {
      const excuse = excuseOf(error, assembly.runsInline(stored));
      if (excuse === undefined) throw refused(row.name, error);
      const reason = clip(messageOf(rootOf(error)).replace(/\s+/g, " "), 200);
      return { warnings: [`not tried: ${excuse} (${reason})`] };
    }
  }

  /** The version that code says it is, where a trial tells. */
  async versionOf(plugin: ObtainedPlugin): Promise<string | undefined> {
    try {
      return (await this.run(plugin)).contributions?.meta.version;
    } catch {
      // What does not load is refused when it is tried to take the place.
      return undefined;
    }
  }
}

/** What will not work, said before anybody meets it. */
function warningsOf(
  contributions: PluginContributions,
  row: ObtainedPlugin["row"],
): string[] {
  const found = checkPlugin(contributions, row);
  return [
    ...contributions.warnings,
    ...found.map(({ path, message }) => `${path} ${message}`),
  ];
}

/** What nobody has decided about a plugin that is not stored. */
const UNDECIDED = {
  state: "enabled",
  reason: null,
  granted: {},
  pin: null,
  trialSince: null,
  trust: "kept",
} as const;

function rootOf(error: unknown): unknown {
  let root = error;
  for (let depth = 0; depth < 10; depth++) {
    if (!(root instanceof Error) || root.cause === undefined) return root;
    root = root.cause;
  }
  return root;
}

/** Why a failure says nothing of whether the plugin will load. */
function excuseOf(error: unknown, runsInline: boolean): string | undefined {
  const root = rootOf(error);
  if (!(root instanceof Error)) return undefined;
  if (root.name === "NotCapable" || NO_PERMISSION.test(root.message)) {
    return "it needs a permission";
  }
  if (NO_PROCESS.test(root.message)) return "no process could be started";
  // The host may know what the bare name of a module stands for.
  return runsInline && /\bnot a dependency\b/.test(root.message)
    ? "it imports what only the host may know"
    : undefined;
}

const NO_PERMISSION =
  /\bRequires \w+ access\b|--no-npm|--no-remote|\b(?:npm|jsr|https?):/;

/** How a shell ends that does not find what it is to run, or may not. */
const NO_PROCESS = /\bended by itself with code 12[67]\b/;

function refused(name: string, cause: unknown): PluginError {
  const code = cause instanceof PluginError ? cause.code : "LOAD_FAILED";
  const reason = messageOf(cause)
    .replace(/^Cannot (?:load|run) plugin "[^"]*": /, "");
  return new PluginError(
    code,
    `Cannot install plugin "${name}": it does not load: ${reason}`,
    { cause },
  );
}
