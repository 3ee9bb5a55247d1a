/**
 * `export`: the rows of a table.
 *
 * @module
 */
import { Option } from "commander";
import type { CliCommand } from "../../program/cli_command.ts";
import { csvLine } from "../../../shared/csv.ts";
import type { TableRows } from "../../../management/mod.ts";
import { UsageError } from "../../program/fail.ts";
import type { Agent } from "../agent/agent.ts";
import { agentCommand } from "../operator_command.ts";

interface ExportOptions {
  readonly format: "csv" | "json";
  readonly out?: string;
}

/** Writes a table to standard output, or into a file that appears whole. */
export const command: CliCommand = agentCommand<ExportOptions>({
  examples: [
    "export webhooks --db agent.db --out webhooks.csv",
    "export webhooks --db agent.db --format json",
  ],
  permissions: "--allow-write for what --out names",
  configure(command) {
    command.argument("<table>", "its name, as tables lists it")
      .addOption(
        new Option("--format <format>", "how").choices(["csv", "json"])
          .default("csv"),
      )
      .option("--out <file>", "into this file, which must not exist yet");
  },
  async run(agent, { output, signal, options: { format, out }, args }) {
    const [table] = args;
    if (output.isJson && out === undefined) {
      throw new UsageError(
        "Cannot write rows and a report to one place: with --json, name a file with --out",
      );
    }
    await using file = out === undefined ? undefined : await partial(out);
    let count = 0;
    for await (const chunk of chunksOf(agent, table!)) {
      signal.throwIfAborted();
      const text = textOf(chunk, { format, isFirst: count === 0 });
      count += chunk.rows.length;
      const bytes = new TextEncoder().encode(text);
      if (file === undefined) await write(Deno.stdout.writable, bytes);
      else await file.write(bytes);
    }
    if (format === "json") {
      const end = new TextEncoder().encode(count === 0 ? "[]\n" : "\n]\n");
      if (file === undefined) await write(Deno.stdout.writable, end);
      else await file.write(end);
    }
    await file?.finish();
    if (out === undefined) return;
    output.line(`${count} rows of ${table} are in ${out}`);
    output.json({ table, rows: count, out });
  },
});

async function* chunksOf(agent: Agent, table: string) {
  for (let offset: number | undefined = 0; offset !== undefined;) {
    const chunk: TableRows = await agent.rows(table, offset);
    yield chunk;
    offset = chunk.next;
  }
}

function textOf(
  { columns, rows }: TableRows,
  { format, isFirst }: {
    readonly format: "csv" | "json";
    readonly isFirst: boolean;
  },
): string {
  if (format === "csv") {
    return (isFirst ? csvLine(columns) : "") + rows.map(csvLine).join("");
  }
  return rows.map((row, place) => {
    const pairs = columns.map((column, at) => [column, row[at]]);
    const mark = isFirst && place === 0 ? "[\n" : ",\n";
    return mark + JSON.stringify(Object.fromEntries(pairs));
  }).join("");
}

async function write(
  to: WritableStream<Uint8Array>,
  bytes: Uint8Array,
): Promise<void> {
  const writer = to.getWriter();
  await writer.write(bytes);
  writer.releaseLock();
}

/** A file that has its name once it is whole, and is gone where it never is. */
async function partial(path: string) {
  await refuseTaken(path);
  const beside = `${path}.${crypto.randomUUID()}.part`;
  const file = await Deno.open(beside, { write: true, createNew: true });
  let isDone = false;
  return {
    async write(bytes: Uint8Array) {
      for (let at = 0; at < bytes.length;) {
        at += await file.write(bytes.subarray(at));
      }
    },
    async finish() {
      await Deno.rename(beside, path);
      isDone = true;
    },
    async [Symbol.asyncDispose]() {
      file.close();
      if (!isDone) await Deno.remove(beside).catch(() => {});
    },
  };
}

async function refuseTaken(path: string): Promise<void> {
  try {
    await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  throw new UsageError(`Cannot write "${path}": it exists; name another file`);
}
