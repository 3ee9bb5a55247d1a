/**
 * Checks what a plugin contributes for what loads but cannot work: pages whose
 * parts do not fit together, hooks on events that are misspelt, metadata that
 * its manifest contradicts.
 *
 * @module
 */
import type { PluginContributions } from "../plugin/contributions.ts";
import { type Advice, AdviceList } from "./advice.ts";
import { CalledRoutes } from "./called_route.ts";
import { checkEvents } from "./check_events.ts";
import { checkFrontend } from "./check_frontend.ts";

/** What a manifest, or a stored row, says of a plugin. */
export interface ToldMetadata {
  /** The plugin's name. */
  readonly name?: string;
  /** Its version. */
  readonly version?: string;
}

const checked = new WeakMap<PluginContributions, readonly Advice[]>();

/**
 * Checks a plugin. Nothing of its code is run.
 *
 * @param manifest What its manifest says; left out where there is none.
 * @returns What was found, in the order of the definition.
 */
export function checkPlugin(
  contributions: PluginContributions,
  manifest: ToldMetadata = {},
): Advice[] {
  const advice = new AdviceList();
  checkMetadata(contributions, manifest, advice);
  let found = checked.get(contributions);
  if (found === undefined) {
    checked.set(contributions, found = checkContributions(contributions));
  }
  return [...advice.found, ...found];
}

function checkContributions(
  { routes, frontend, events }: PluginContributions,
): readonly Advice[] {
  const advice = new AdviceList();
  if (frontend !== undefined) {
    checkFrontend(frontend, new CalledRoutes(routes), advice);
  }
  checkEvents(events, advice);
  return advice.found;
}

/** The manifest's words count, so that the code's would mislead. */
function checkMetadata(
  { meta }: PluginContributions,
  manifest: ToldMetadata,
  advice: AdviceList,
): void {
  for (const field of ["name", "version"] as const) {
    const [said, told] = [meta[field], manifest[field]];
    if (said === undefined || told === undefined || said === told) continue;
    const what = `is "${said}", and its manifest says "${told}", which counts`;
    advice.add([field], what);
  }
}
