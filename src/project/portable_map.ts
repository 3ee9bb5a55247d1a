/**
 * Names of sources that are the same on every machine: esbuild writes paths,
 * which tell where the author's cache is, and make other bytes elsewhere.
 *
 * @module
 */
import { resolve } from "@std/path";
import { PluginError } from "../shared/errors.ts";

/** The parts of a source map that are used here. */
export interface SourceMap {
  /** The sources by name. */
  readonly sources: readonly string[];
  /** What they say, in the same order. */
  readonly sourcesContent?: readonly (string | null)[];
  readonly [field: string]: unknown;
}

/** Code beside its map. */
export interface MappedCode {
  readonly code: string;
  readonly map: SourceMap;
}

/** A folder that stands for a package. */
export interface LinkedPackage {
  readonly name: string;
  readonly folder: string;
}

const PREFIX = "//# sourceMappingURL=data:application/json;base64,";

/** Takes an inline source map out of code. */
export function splitMap(text: string): MappedCode {
  const at = text.lastIndexOf(PREFIX);
  if (at < 0) {
    throw new PluginError(
      "LOAD_FAILED",
      "Cannot read what deno bundle made: it holds no source map; use the " +
        "Deno that this version was made for",
    );
  }
  const base64 = text.slice(at + PREFIX.length).trim();
  const json = new TextDecoder().decode(Uint8Array.fromBase64(base64));
  return { code: text.slice(0, at), map: JSON.parse(json) };
}

/** Puts a source map into code. */
export function joinMap(code: string, map: SourceMap): string {
  const json = new TextEncoder().encode(JSON.stringify(map));
  return `${code}${PREFIX}${json.toBase64()}\n`;
}

/** Has code name the file beside it that holds its map. */
export function nameMap(code: string, file: string): string {
  const end = code.endsWith("\n") ? "" : "\n";
  return `${code}${end}//# sourceMappingURL=${encodeURIComponent(file)}\n`;
}

/** Finds what sources are called on every machine. */
export function portableNames(
  sources: readonly string[],
  folder: string,
  links: readonly LinkedPackage[],
): ReadonlyMap<string, string> {
  const root = `${resolve(folder).replaceAll("\\", "/")}/`;
  // One that lies in another's folder has the longer path, and is meant.
  const linked = links.map(({ name, folder }) => ({
    name,
    folder: `${folder.replaceAll("\\", "/")}/`,
  })).sort((a, b) => b.folder.length - a.folder.length);
  return new Map(sources.map((source) => [
    source,
    portableName(source, { root, linked }),
  ]));
}

/** Renames sources in the map, and in the comments that name them. */
export function renameSources(
  { code, map }: MappedCode,
  names: ReadonlyMap<string, string>,
): MappedCode {
  const rename = (name: string) => names.get(name) ?? name;
  return {
    code: code.replace(
      /^\/\/ (\S.*)$/gm,
      (line, name) => names.has(name) ? `// ${rename(name)}` : line,
    ),
    map: { ...map, sources: map.sources.map(rename) },
  };
}

const NPM_CACHE = /\/npm\/[^/]+\/((?:@[^/]+\/)?[^/]+)\/(\d[^/]*)\/(.*)$/;
const NODE_MODULES = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(.*)$/;

function portableName(
  source: string,
  { root, linked }: { root: string; linked: readonly LinkedPackage[] },
): string {
  if (/^[a-z]+:/.test(source)) return source;
  const path = resolve(root, source).replaceAll("\\", "/");
  const cached = NPM_CACHE.exec(path);
  if (cached) return `npm:${cached[1]}@${cached[2]}/${cached[3]}`;
  const installed = /.*(\/node_modules\/.*)$/.exec(path);
  const inModules = installed && NODE_MODULES.exec(installed[1]!);
  if (inModules) return `npm:${inModules[1]}/${inModules[2]}`;
  if (path.startsWith(root)) return path.slice(root.length);
  const link = linked.find(({ folder }) => path.startsWith(folder));
  return link === undefined
    ? `outside:${path.split("/").slice(-2).join("/")}`
    : `link:${link.name}/${path.slice(link.folder.length)}`;
}
