/**
 * What an agent's releases want of its plugins, taken together.
 *
 * @module
 */
import type { Release, ReleasePlugin } from "../documents/desired.ts";

/** What is wanted of one plugin. */
export interface Wish extends ReleasePlugin {
  /** The plugin. */
  readonly name: string;
  /** What people call the release that wants it. */
  readonly release: string;
}

/**
 * Takes the releases of an agent's scopes together: what is said of a plugin
 * for the agent itself wins over what is said for its ring.
 *
 * @param releases The releases, the ring's first.
 * @returns The wishes in the order of the names. A plugin that no release
 * lists is left alone.
 */
export function wishesOf(releases: readonly (Release | null)[]): Wish[] {
  const wishes = new Map<string, Wish>();
  for (const release of releases) {
    for (const [name, plugin] of Object.entries(release?.plugins ?? {})) {
      wishes.set(name, { ...plugin, name, release: release!.release });
    }
  }
  return [...wishes.values()].sort((a, b) => a.name < b.name ? -1 : 1);
}
