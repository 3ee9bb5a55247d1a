/**
 * Where the log lines of a served agent go.
 *
 * @module
 */
import { configure, getStreamSink, withFilter } from "@logtape/logtape";
import type { LogSink } from "../../../server/mod.ts";

/** What is odd goes to standard error, and all to the server's log page. */
export async function configureLogs(page: LogSink): Promise<void> {
  const errors = new WritableStream<Uint8Array>({
    write: (bytes) => void Deno.stderr.writeSync(bytes),
  });
  await configure({
    sinks: {
      errors: withFilter(getStreamSink(errors), "warning"),
      page: (record) => page(record),
    },
    loggers: [
      {
        category: "agent",
        lowestLevel: "debug",
        sinks: ["errors", "page"],
      },
      { category: "logtape", lowestLevel: "error", sinks: ["errors"] },
    ],
    reset: true,
  });
}
