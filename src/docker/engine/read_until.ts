/**
 * Reads a response's body until it ends or is given up.
 *
 * @module
 */

/**
 * Reads a body until it ends, or quietly until one of the signals aborts. The
 * body is cancelled by hand: on Deno 2.9 one that is read under a signal of
 * `fetch` does not end with it once that signal has been garbage-collected.
 */
export async function* readUntil(
  response: Response,
  signals: readonly AbortSignal[],
): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  const cancel = () => void reader?.cancel().catch(() => {});
  for (const signal of signals) {
    signal.addEventListener("abort", cancel);
    if (signal.aborted) cancel();
  }
  try {
    for (;;) {
      const { value } = await reader?.read() ?? {};
      if (value === undefined) return;
      yield value;
    }
  } finally {
    for (const signal of signals) signal.removeEventListener("abort", cancel);
    cancel();
  }
}
