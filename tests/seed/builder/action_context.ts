// A code block of the original's documentation, word for word. What it takes
// from other blocks stands above it, what the tests take from it below.
// deno-fmt-ignore-file
// deno-lint-ignore-file
import type { QueryBuilder } from "@dockstat/sqlite-wrapper";
interface ActionContext<T, K = unknown> {
  table: QueryBuilder<T> | null; // Plugin's database table (if configured)
  body: K | undefined; // Request body (POST/PUT only)
  logger: {
    error: (msg: string) => void;
    warn: (msg: string) => void;
    info: (msg: string) => void;
    debug: (msg: string) => void;
  };
  previousAction: unknown; // Result from previous action in chain
}

export type { ActionContext };
