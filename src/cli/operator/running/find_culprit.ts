/**
 * Finds the one item that makes a probe fail, by halves.
 *
 * @module
 */
import { AgentError } from "../agent/agent.ts";

/** Whether all is well with these items alone. */
export type Probe<T> = (items: readonly T[]) => Promise<boolean>;

/**
 * Finds the item.
 *
 * @returns The item that breaks it by itself.
 * @throws {AgentError} Where no single item does.
 */
export async function findCulprit<T>(
  items: readonly T[],
  isWell: Probe<T>,
): Promise<T> {
  if (await isWell(items)) {
    throw new AgentError(
      "FAILED",
      "Cannot find what breaks it: all is well with every plugin enabled",
    );
  }
  if (!await isWell([])) {
    throw new AgentError(
      "FAILED",
      "Cannot find what breaks it: it is broken without any plugin",
    );
  }
  let suspects = items;
  while (suspects.length > 1) {
    const half = suspects.slice(0, Math.ceil(suspects.length / 2));
    const rest = suspects.slice(half.length);
    suspects = await isWell(half) ? rest : half;
  }
  const [culprit] = suspects;
  // Where it takes two, the last one left is innocent by itself.
  if (culprit === undefined || await isWell([culprit])) {
    throw new AgentError(
      "FAILED",
      "Cannot find what breaks it: no plugin does by itself, so several do together",
    );
  }
  return culprit;
}
