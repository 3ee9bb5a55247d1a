/**
 * Tells when an author has saved something.
 *
 * @module
 */
import { relative, resolve } from "@std/path";

const SKIPPED = /^(?:bundle|data|coverage|node_modules|\.[^/]*)(?:\/|$)/;
const WATCHED = /\.(?:[cm]?[jt]sx?|json|ya?ml|css|html|txt|svg)$/;

/** An editor writes a file in several steps. */
const QUIET_MS = 15;

/** Yields after each save, once the editor is done. */
export async function* saves(
  folder: string,
  signal: AbortSignal,
): AsyncGenerator<void> {
  using watcher = Deno.watchFs(folder, { recursive: true });
  const close = () => watcher.close();
  signal.addEventListener("abort", close);
  let wake = Promise.withResolvers<void>();
  let last = 0;
  const reading = (async () => {
    for await (const { kind, paths } of watcher) {
      if (kind === "access" || !paths.some((path) => isOwn(folder, path))) {
        continue;
      }
      last = performance.now();
      wake.resolve();
    }
    wake.resolve();
  })();
  try {
    while (!signal.aborted) {
      await wake.promise;
      while (!signal.aborted && performance.now() - last < QUIET_MS) {
        await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
      }
      if (signal.aborted) break;
      wake = Promise.withResolvers();
      yield;
    }
  } finally {
    signal.removeEventListener("abort", close);
    if (!signal.aborted) watcher.close();
    await reading;
  }
}

function isOwn(folder: string, path: string): boolean {
  const own = relative(resolve(folder), path).replaceAll("\\", "/");
  return !own.startsWith("..") && !SKIPPED.test(own) && WATCHED.test(own) &&
    own !== "deno.lock";
}
