/**
 * Which plugins run in processes of their own, as the host decides.
 *
 * @module
 */
import type { Isolation } from "../execution/mod.ts";
import { isTrusted, type TrustOptions } from "../install/mod.ts";
import { messageOf, PluginError } from "../shared/errors.ts";
import { shown } from "../shared/option_rules.ts";
import type { StoredPlugin } from "../store/mod.ts";
import type { PluginHandlerOptions } from "./options.ts";

/**
 * Makes the function that decides where a plugin runs. A function of the host
 * is asked anew each time, and what it answers is checked: an answer that is
 * neither of the two words must not end in the host's own process.
 *
 * @param trust Whether a signature over the code alone is a whole one.
 * @returns The function. It throws `INVALID_OPTIONS` where the host's does not
 * answer with one of the two words.
 */
export function isolationDecision(
  isolation: NonNullable<PluginHandlerOptions["isolation"]>,
  trust: TrustOptions = {},
): (plugin: StoredPlugin) => Isolation {
  if (typeof isolation !== "function") return () => isolation;
  return (plugin) => {
    const signature = isTrusted(plugin.signature, trust)
      ? "signed"
      : plugin.signature;
    const answer: unknown = ask(isolation, { ...plugin, signature });
    if (answer === "inline" || answer === "process") return answer;
    throw undecided(plugin, `it answers with ${answerShown(answer)}`);
  };
}

function ask(
  isolation: (plugin: StoredPlugin) => unknown,
  plugin: StoredPlugin,
): unknown {
  try {
    return isolation(plugin);
  } catch (cause) {
    throw undecided(plugin, `it throws: ${messageOf(cause)}`, { cause });
  }
}

function answerShown(answer: unknown): string {
  if (!(answer instanceof Promise)) return shown(answer);
  answer.catch(() => {});
  return "a promise";
}

function undecided(
  { id, name }: StoredPlugin,
  state: string,
  options: ErrorOptions = {},
): PluginError {
  return new PluginError(
    "INVALID_OPTIONS",
    `Cannot load plugin "${name}" by option "isolation": ${state}; allowed is "inline" or "process"`,
    { pluginId: id, ...options },
  );
}
