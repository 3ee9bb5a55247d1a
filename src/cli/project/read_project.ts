/**
 * Finds the parts of an author's project.
 *
 * @module
 */
import { dirname, isAbsolute, join, relative, resolve } from "@std/path";
import { UsageError } from "../program/fail.ts";
import { readDenoJson } from "../../project/deno_json.ts";
import {
  MANIFEST_NAMES,
  type ManifestFile,
  readManifestFile,
} from "./manifest_file.ts";

/** An author's project. */
export interface Project {
  /** Its folder. */
  readonly folder: string;
  /** The file whose default export is the plugin, relative to the folder. */
  readonly entry: string;
  /** Its manifest, where it has one. */
  readonly manifest?: ManifestFile;
  /** Where its bundle goes. */
  readonly bundlePath: string;
}

const ENTRIES = ["plugin", "index", "src/plugin", "src/index"]
  .flatMap((name) => [`${name}.ts`, `${name}.tsx`, `${name}.js`]);

/**
 * Reads a project.
 *
 * @throws {UsageError} Where there is no plugin.
 */
export async function readProject(folder: string): Promise<Project> {
  const entry = await findEntry(folder);
  const manifest = await findManifest(folder);
  const bundlePath = bundlePathOf(folder, manifest);
  return {
    folder,
    entry,
    bundlePath,
    ...(manifest === undefined ? {} : { manifest }),
  };
}

/** The manifest of a folder; undefined where it has none. */
export async function findManifest(
  folder: string,
): Promise<ManifestFile | undefined> {
  for (const name of MANIFEST_NAMES) {
    const path = join(folder, name);
    if (await isFile(path)) return await readManifestFile(path);
  }
  return undefined;
}

/** Where the bundle of a manifest lies in its folder. */
export function bundlePathOf(
  folder: string,
  manifest: ManifestFile | undefined,
): string {
  const bundle = manifest?.fields.bundle;
  const usual = join(folder, "bundle", "index.js");
  if (typeof bundle !== "string" || URL.canParse(bundle)) return usual;
  const path = join(dirname(manifest!.path), bundle);
  const away = relative(resolve(folder), resolve(path));
  if (!away.startsWith("..") && !isAbsolute(away)) return path;
  throw new UsageError(
    `Cannot write the bundle "${bundle}": it leads out of the project; ` +
      `let the manifest's field bundle say "bundle/index.js"`,
  );
}

async function findEntry(folder: string): Promise<string> {
  const exported = await exportOf(folder);
  if (exported !== undefined) return exported;
  for (const entry of ENTRIES) {
    if (await isFile(join(folder, entry))) return entry;
  }
  throw new UsageError(
    `Cannot find the plugin in "${folder}": its deno.json or deno.jsonc has no "exports", ` +
      "and there is no plugin.ts; make a project with init",
  );
}

async function exportOf(folder: string): Promise<string | undefined> {
  const { exports } = await readDenoJson(folder);
  const main = typeof exports === "string" ? exports : Object(exports)["."];
  return typeof main === "string" ? main.replace(/^\.\//, "") : undefined;
}

async function isFile(path: string): Promise<boolean> {
  const info = await Deno.stat(path).catch(unlessMissing);
  return info?.isFile ?? false;
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof Deno.errors.NotFound) return undefined;
  if (error instanceof Deno.errors.NotADirectory) return undefined;
  throw error;
}

/**
 * The manifest of a folder.
 *
 * @throws {UsageError} Where it has none.
 */
export async function requireManifest(folder: string): Promise<ManifestFile> {
  const manifest = await findManifest(folder);
  if (manifest !== undefined) return manifest;
  throw new UsageError(
    `Cannot find a manifest in "${folder}": there is no manifest.json or ` +
      "manifest.yaml; bundle writes one",
  );
}
