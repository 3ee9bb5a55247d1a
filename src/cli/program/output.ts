/**
 * What commands write: lines for people, or one JSON document for scripts.
 *
 * @module
 */
import { type Colours, colours } from "./colours.ts";

/** Where a command writes to. */
export class Output {
  /** Whether a script reads: people's lines are left out. */
  readonly isJson: boolean;
  /** Colours of standard output; none without a terminal or with `NO_COLOR`. */
  readonly style: Colours;
  /** The same of standard error. */
  readonly errorStyle: Colours;
  /** Whether somebody may be asked, and progress be shown. */
  readonly isInteractive: boolean;

  constructor({ isJson = false }: { isJson?: boolean } = {}) {
    this.isJson = isJson;
    this.style = colours(Deno.stdout.isTerminal() && !Deno.noColor);
    this.errorStyle = colours(Deno.stderr.isTerminal() && !Deno.noColor);
    this.isInteractive = !isJson && Deno.stdin.isTerminal() &&
      Deno.stdout.isTerminal();
  }

  /** Writes a line for people to standard output. */
  line(text = ""): void {
    if (!this.isJson) console.log(text);
  }

  /** Writes a line for people to standard error, whoever reads. */
  note(text: string): void {
    console.error(text);
  }

  /** Warns, whoever reads. */
  warn(text: string): void {
    console.error(`${this.errorStyle.yellow("warning:")} ${text}`);
  }

  /** Writes the result for scripts; people have read lines. */
  json(value: unknown): void {
    if (this.isJson) console.log(JSON.stringify(value, null, 2));
  }

  /** Writes a table for people. */
  async table(
    head: readonly string[],
    rows: readonly (readonly unknown[])[],
  ): Promise<void> {
    if (this.isJson) return;
    const { renderTable } = await import("./render_table.ts");
    console.log(renderTable(head, rows, this.style));
  }

  /** Shows how far it is, on a terminal only. */
  progress(text: string): void {
    if (this.isJson || !Deno.stderr.isTerminal()) return;
    const line = new TextEncoder().encode(`\r\x1b[2K${text}`);
    Deno.stderr.writeSync(line);
  }
}
