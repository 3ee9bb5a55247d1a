/**
 * Finds the plugins of a repository's folder, and what it says of each.
 *
 * @module
 */
import { dirname, join, relative } from "@std/path";
import { parseManifest } from "../../install/mod.ts";
import { checkIntegrity } from "../../install/trust/integrity.ts";
import { metadataHash } from "../../install/trust/verification_hash.ts";
import { messageOf, PluginError } from "../../shared/errors.ts";
import { MANIFEST_NAMES, readManifestFile } from "../project/manifest_file.ts";
import { bundlePathOf } from "../project/read_project.ts";

/** What a repository says of a plugin: its manifest, without the code. */
export type RepositoryEntry =
  & { readonly name: string; readonly bundle: string }
  & Readonly<Record<string, unknown>>;

/** A plugin that is not fit to be offered. */
export interface FailedPlugin {
  /** Its folder, relative to the repository's. */
  readonly folder: string;
  /** Why. */
  readonly reason: string;
}

/** What was found. */
export interface CollectedPlugins {
  readonly entries: readonly RepositoryEntry[];
  readonly failed: readonly FailedPlugin[];
  readonly warnings: readonly string[];
}

const SKIPPED = new Set(["node_modules", "bundle", "coverage", "data"]);

/** How deep a repository's plugins may lie: `content/plugins/<name>`. */
const DEPTH = 4;

/** Collects all plugins below a folder; the repository's own files are none. */
export async function collectPlugins(root: string): Promise<CollectedPlugins> {
  const entries: RepositoryEntry[] = [];
  const failed: FailedPlugin[] = [];
  const warnings: string[] = [];
  for await (const path of manifestsBelow(root, DEPTH)) {
    const folder = relative(root, dirname(path)).replaceAll("\\", "/");
    try {
      const { entry, oddities } = await entryOf(root, path);
      const twin = entries.find(({ name }) => name === entry.name);
      if (twin !== undefined) {
        throw new PluginError(
          "INVALID_MANIFEST",
          `Cannot offer plugin "${entry.name}": another one at ` +
            `"${twin.bundle}" has the name`,
        );
      }
      entries.push(entry);
      warnings.push(...oddities.map((text) => `${folder || "."}: ${text}`));
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      failed.push({ folder, reason: messageOf(error) });
    }
  }
  entries.sort((a, b) => a.name < b.name ? -1 : 1);
  return { entries, failed, warnings };
}

async function* manifestsBelow(
  folder: string,
  depth: number,
): AsyncGenerator<string> {
  const found = await Array.fromAsync(Deno.readDir(folder));
  const names = new Set(found.map(({ name }) => name));
  const manifest = MANIFEST_NAMES.find((name) =>
    names.has(name) && !(name !== "manifest.json" && names.has("repo.json"))
  );
  if (manifest !== undefined) yield join(folder, manifest);
  if (depth === 0) return;
  for (const { name, isDirectory } of found.sort(byName)) {
    if (!isDirectory || SKIPPED.has(name) || name.startsWith(".")) continue;
    yield* manifestsBelow(join(folder, name), depth - 1);
  }
}

function byName(a: Deno.DirEntry, b: Deno.DirEntry): number {
  return a.name < b.name ? -1 : 1;
}

async function entryOf(root: string, path: string) {
  const file = await readManifestFile(path);
  const format = path.endsWith(".json") ? "json" : "yaml";
  const { manifest } = await parseManifest(file.text, format, path);
  const { name, integrity, plugin, $schema: _, ...fields } = manifest;
  const bundlePath = bundlePathOf(dirname(path), file);
  const code = plugin ?? await readBundle(name, bundlePath);
  if (integrity === undefined) {
    throw new PluginError(
      "INVALID_MANIFEST",
      `Cannot offer plugin "${name}": its manifest has no integrity; bundle it`,
    );
  }
  checkIntegrity({ name, integrity }, code);
  const bundle = relative(root, bundlePath).replaceAll("\\", "/");
  return {
    entry: {
      ...fields,
      name,
      integrity,
      bundle,
      metadataHash: metadataHash(manifest),
    } as RepositoryEntry,
    oddities: [
      ...(manifest.signature === undefined ? ["nobody signed it"] : []),
      ...(manifest.author.license === undefined
        ? ["author.license is missing, which the original's agents demand"]
        : []),
      ...(bundle.endsWith("bundle/index.js")
        ? []
        : ["the original's agents look for bundle/index.js alone"]),
    ],
  };
}

async function readBundle(name: string, path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new PluginError(
      "INVALID_MANIFEST",
      `Cannot offer plugin "${name}": its bundle "${path}" is missing; bundle it`,
      { cause },
    );
  }
}
