/**
 * Tries a plugin before it is stored: its code is imported in a process without
 * permissions, so that nothing comes of it in the host.
 *
 * @module
 */
import type { ObtainedPlugin } from "../install/mod.ts";
import type { PluginAssembly } from "../lifecycle/mod.ts";
import type { PluginContributions } from "../plugin/contributions.ts";
import { digestOf } from "../shared/digest.ts";
import { messageOf, PluginError } from "../shared/errors.ts";
import type { StoredPluginCode } from "../store/mod.ts";

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
  readonly assembly: Pick<PluginAssembly, "describe" | "canDescribe">;
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
    try {
      const stored = { ...row, ...extras, ...UNDECIDED, id: 0, digest };
      const contributions = await assembly.describe(stored as StoredPluginCode);
      return { contributions, warnings: [] };
    } catch (error) {
      if (needsPermission(error)) {
        const reason = messageOf(rootOf(error));
        return { warnings: [`not tried: it needs a permission (${reason})`] };
      }
      throw refused(row.name, error);
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

/** Code that reads a file or imports from a registry works where it may. */
function needsPermission(error: unknown): boolean {
  const root = rootOf(error);
  return root instanceof Error &&
    (root.name === "NotCapable" ||
      /\bRequires \w+ access\b|--no-npm|--no-remote|\b(?:npm|jsr|https?):/
        .test(root.message));
}

function refused(name: string, cause: unknown): PluginError {
  const code = cause instanceof PluginError ? cause.code : "LOAD_FAILED";
  return new PluginError(
    code,
    `Cannot install plugin "${name}": it does not load: ${messageOf(cause)}`,
    { cause },
  );
}
