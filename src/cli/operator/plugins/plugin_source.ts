/**
 * Reads where a plugin comes from: an address that the agent fetches, or files
 * of this machine, which are handed to it.
 *
 * @module
 */
import { dirname, resolve } from "@std/path";
import { PluginError } from "../../../shared/errors.ts";
import type { PluginSource } from "../agent/agent.ts";

/**
 * Reads a source.
 *
 * @param source An address, or the path of a manifest.
 * @throws {PluginError} `INVALID_MANIFEST`, `MANIFEST_FETCH_FAILED`.
 */
export async function readSource(source: string): Promise<PluginSource> {
  if (/^https?:\/\//i.test(source)) return { url: source };
  const text = await read(source, "manifest");
  const manifest = await parse(text, source);
  const { plugin, bundle = "bundle/index.js" } = manifest;
  const isBeside = typeof bundle === "string" && !/^[a-z]+:/i.test(bundle);
  if (typeof plugin === "string" || !isBeside) return { manifest };
  const path = resolve(dirname(source), bundle);
  // All that the manifest says stays: its signature vouches for it.
  return { manifest: { ...manifest, plugin: await read(path, "bundle") } };
}

async function read(path: string, what: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new PluginError(
      "MANIFEST_FETCH_FAILED",
      `Cannot read the ${what} "${path}": there is no such file`,
      { cause },
    );
  }
}

async function parse(
  text: string,
  path: string,
): Promise<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = /\.ya?ml$/i.test(path)
      ? (await import("@std/yaml")).parse(text)
      : JSON.parse(text);
  } catch (cause) {
    throw new PluginError(
      "INVALID_MANIFEST",
      `Cannot read the manifest "${path}": ${(cause as Error).message}`,
      { cause },
    );
  }
  if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) {
    return parsed as Record<string, unknown>;
  }
  throw new PluginError(
    "INVALID_MANIFEST",
    `Cannot read the manifest "${path}": it is no object`,
  );
}
