/**
 * A ready-made answer to the question which plugins are to be trusted.
 *
 * @module
 */
import type { Isolation } from "../../execution/plugin_runner.ts";

/** What the policy looks at. */
export interface SignedPlugin {
  /** What the signature says. */
  readonly signature: "signed" | "code-only" | "unsigned" | "untrusted";
}

/**
 * Runs plugins that a trusted key signed in the host's process, and all others
 * in processes of their own. The handler checks signatures again whenever it
 * loads a plugin; a signature over the code alone counts where
 * `install.acceptCodeOnlySignatures` says so.
 *
 * @param plugin The plugin.
 * @returns Where it runs.
 *
 * @example Deciding by the signature
 * ```ts
 * import PluginHandler, { isolateUnsigned } from "@dockstat/plugin-handler";
 * import { assertEquals } from "@std/assert";
 *
 * await using handler = new PluginHandler(":memory:", {
 *   isolation: isolateUnsigned,
 * });
 * assertEquals(isolateUnsigned({ signature: "unsigned" }), "process");
 * ```
 */
export function isolateUnsigned(plugin: SignedPlugin): Isolation {
  return plugin.signature === "signed" ? "inline" : "process";
}
