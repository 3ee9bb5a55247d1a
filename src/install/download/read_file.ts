/**
 * Reads a local file under the limits of a download.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";
import { fetchError } from "./fetch_error.ts";
import type { FetchedText, FetchTask } from "./fetch_options.ts";
import { readBody } from "./read_body.ts";

/**
 * Reads a file. Needs `--allow-read` for it.
 *
 * @returns The text, without a media type.
 * @throws {PluginError} `HOST_NOT_ALLOWED` where local files are not allowed,
 * else as a download.
 */
export async function readFile(
  url: string,
  task: FetchTask,
): Promise<FetchedText> {
  const target = [task.subject, url] as const;
  if (!task.limits.allowLocalFiles) {
    const state = "local files are not allowed unless allowLocalFiles is set";
    throw fetchError("HOST_NOT_ALLOWED", target, { state });
  }
  try {
    const file = new URL(url);
    const { isFile, size } = await Deno.stat(file);
    if (!isFile) {
      const state = "it is not a file";
      throw fetchError("MANIFEST_FETCH_FAILED", target, { state });
    }
    const { readable } = await Deno.open(file);
    const source = { url, body: readable, totalBytes: size };
    const text = await readBody(source, task);
    return { text, url, status: 200, contentType: "", etag: null };
  } catch (cause) {
    if (cause instanceof PluginError) throw cause;
    const state = cause instanceof Deno.errors.NotFound
      ? "there is no such file"
      : "the file cannot be read; run with --allow-read for it";
    throw fetchError("MANIFEST_FETCH_FAILED", target, { state, cause });
  }
}
