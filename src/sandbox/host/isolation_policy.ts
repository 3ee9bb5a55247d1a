/**
 * A ready-made answer to the question which plugins are to be trusted.
 *
 * @module
 */
import type { Isolation } from "../../execution/plugin_runner.ts";

/** What the policy looks at. */
export interface SignedPlugin {
  /** What the signature said when the code was saved. */
  readonly signature: "signed" | "unsigned" | "untrusted";
}

/**
 * Runs plugins that a trusted key signed in the host's process, and all others
 * in processes of their own.
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
