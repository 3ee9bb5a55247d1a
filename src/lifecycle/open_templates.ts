/**
 * Makes ready what a plugin's pages are read with.
 *
 * @module
 */
import type { PluginContributions } from "../plugin/contributions.ts";
import { openYaml } from "../shared/document/lazy_yaml.ts";
import { hasTextTemplates } from "../store/mod.ts";

/**
 * Opens the reader of YAML where a plugin has templates to be read with it:
 * whoever asks for a page cannot wait for it.
 */
export async function openTemplates(
  contributions: PluginContributions,
): Promise<void> {
  if (hasTextTemplates(contributions)) await openYaml();
}
