/**
 * Makes one file of a plugin's sources, by `deno bundle` in a child process.
 * Nothing of the plugin runs.
 *
 * @module
 */
import { resolve } from "@std/path";
import { PluginError } from "../shared/errors.ts";
import { readDenoJson } from "./deno_json.ts";
import {
  joinMap,
  type LinkedPackage,
  portableNames,
  renameSources,
  type SourceMap,
  splitMap,
} from "./portable_map.ts";

/** How a plugin is bundled. */
export interface BundleCodeOptions {
  /** The project's folder. */
  readonly folder: string;
  /** The file whose default export is the plugin, relative to the folder. */
  readonly entry: string;
  /** Whether the code is made small. @default false */
  readonly minify?: boolean;
  /** Where the source map goes. @default "external" */
  readonly sourceMap?: "inline" | "external" | "none";
  /** Ends the bundler. */
  readonly signal?: AbortSignal;
}

/** What the bundler made. */
export interface BundledCode {
  /** The code of one module. */
  readonly code: string;
  /** Its source map; the code holds it where it is to go inline. */
  readonly map: SourceMap;
}

/**
 * Bundles a plugin. The same sources make the same bytes in every folder, and
 * the bytes name no folder of the author's. Needs `--allow-run` of Deno itself.
 *
 * @param options What, and how.
 * @throws {PluginError} `LOAD_FAILED` with all that the bundler said.
 */
export async function bundleCode(
  options: BundleCodeOptions,
): Promise<BundledCode> {
  const { folder, minify = false, sourceMap = "external" } = options;
  const { code, map } = splitMap(await runBundler(options, minify));
  const names = portableNames(map.sources, folder, await linksOf(folder));
  const renamed = renameSources({ code, map }, names);
  return sourceMap === "inline"
    ? { code: joinMap(renamed.code, renamed.map), map: renamed.map }
    : renamed;
}

async function runBundler(
  { folder, entry, signal }: BundleCodeOptions,
  minify: boolean,
): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      "--sourcemap=inline",
      ...(minify ? ["--minify", "--keep-names"] : []),
      entry,
    ],
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: "null",
    ...(signal === undefined ? {} : { signal }),
  });
  const { success, stdout, stderr } = await command.output();
  signal?.throwIfAborted();
  if (success) return new TextDecoder().decode(stdout);
  throw bundlerFailed(entry, new TextDecoder().decode(stderr).trim());
}

function bundlerFailed(entry: string, said: string): PluginError {
  const isOffline = /esbuild/.test(said) &&
    /registry|fetch|download|connect|resolve|lookup|cache/i.test(said);
  return new PluginError(
    "LOAD_FAILED",
    isOffline
      ? `Cannot bundle "${entry}": deno bundle fetches esbuild from npm when ` +
        `it is first used, and could not; go online once, then try again\n${said}`
      : `Cannot bundle "${entry}":\n${said}`,
  );
}

/** What stands for packages, as the project's `deno.json` links it. */
async function linksOf(folder: string): Promise<readonly LinkedPackage[]> {
  const { links } = await readDenoJson(folder);
  if (!Array.isArray(links)) return [];
  return await Promise.all(links.map(async (link) => {
    const linked = resolve(folder, String(link));
    const { name } = await readDenoJson(linked);
    return { name: String(name ?? link), folder: linked };
  }));
}
