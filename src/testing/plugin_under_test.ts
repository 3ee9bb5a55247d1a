/**
 * Makes something that can be installed of an author's file.
 *
 * @module
 */
import {
  dirname,
  fromFileUrl,
  join,
  relative,
  resolve,
  toFileUrl,
} from "@std/path";
import { bundleCode } from "../project/bundle_code.ts";
import { DENO_JSON_NAMES } from "../project/deno_json.ts";
import type { Manifest } from "../install/mod.ts";
import { PluginError } from "../shared/errors.ts";

/** What is installed for a test. */
export interface PluginUnderTest {
  /** The file. */
  readonly plugin: string | URL;
  /** Fields that count more than those of the manifest. */
  readonly manifest?: Partial<Manifest>;
  /** Whether its code goes to another process. */
  readonly isIsolated: boolean;
}

const UNTOLD = {
  name: "plugin-under-test",
  version: "0.0.0",
  repository: "https://example.com/plugin-under-test",
  manifest: "manifest.json",
  author: { name: "test" },
};

/** The manifest to install, with the code in it. */
export async function manifestUnderTest(
  { plugin, manifest = {}, isIsolated }: PluginUnderTest,
): Promise<Record<string, unknown>> {
  const path = pathOf(plugin);
  const found = await manifestNear(path);
  const { integrity: _, signature: __, keyId: ___, bundle: ____, ...fields } = {
    ...UNTOLD,
    ...found,
    ...manifest,
  };
  return { ...fields, plugin: await codeOf(path, isIsolated) };
}

function pathOf(plugin: string | URL): string {
  if (plugin instanceof URL) return fromFileUrl(plugin);
  return plugin.startsWith("file:") ? fromFileUrl(plugin) : resolve(plugin);
}

/**
 * Bundles hold all of their code. The sources are imported where they are, so
 * that stacks name the author's lines and coverage counts them; another process
 * cannot, and gets a bundle.
 */
async function codeOf(path: string, isIsolated: boolean): Promise<string> {
  if (/\.m?js$/.test(path) && isIsolated) return await Deno.readTextFile(path);
  if (!isIsolated) {
    const address = JSON.stringify(toFileUrl(path).href);
    return `export * from ${address};\nexport { default } from ${address};\n`;
  }
  const folder = await folderOf(path);
  const entry = relative(folder, path).replaceAll("\\", "/");
  return (await bundleCode({ folder, entry, sourceMap: "inline" })).code;
}

/** The folder whose `deno.json` or `deno.jsonc` holds for a file. */
async function folderOf(path: string): Promise<string> {
  for (let folder = dirname(path);; folder = dirname(folder)) {
    for (const name of DENO_JSON_NAMES) {
      const info = await Deno.stat(join(folder, name)).catch(() => null);
      if (info !== null) return folder;
    }
    if (folder === dirname(folder)) return dirname(path);
  }
}

/** The manifest beside the file, or one folder above it. */
async function manifestNear(path: string): Promise<Record<string, unknown>> {
  const folder = dirname(path);
  for (const candidate of [folder, dirname(folder)]) {
    const file = join(candidate, "manifest.json");
    const text = await Deno.readTextFile(file).catch(() => undefined);
    if (text === undefined) continue;
    try {
      return Object(JSON.parse(text));
    } catch (cause) {
      throw new PluginError(
        "INVALID_MANIFEST",
        `Cannot read manifest "${file}": it is not JSON`,
        { cause },
      );
    }
  }
  return {};
}
