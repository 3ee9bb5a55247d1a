/**
 * Cron expressions. The library that reads them is opened with the first one:
 * hardly any plugin has any.
 *
 * @module
 */
import { messageOf, PluginError } from "./errors.ts";

/**
 * When an expression is due next.
 *
 * @param after Unix milliseconds.
 * @returns Unix milliseconds; undefined where it is never due again.
 */
export type NextRun = (after: number) => number | undefined;

/**
 * Reads a cron expression.
 *
 * @returns What tells when it is due, or what is wrong with it.
 * @throws {PluginError} `LOAD_FAILED` where the library cannot be imported.
 */
export async function parseCron(
  expression: string,
  timeZone: string,
): Promise<NextRun | string> {
  const { Cron } = await openLibrary();
  try {
    const cron = new Cron(expression, {
      timezone: timeZone,
      mode: "5-part",
      paused: true,
    });
    const next: NextRun = (after) => cron.nextRun(new Date(after))?.getTime();
    return next(Date.now()) === undefined
      ? "is never due: no such day exists"
      : next;
  } catch (error) {
    return `is no cron expression: ${messageOf(error)}`;
  }
}

async function openLibrary(): Promise<typeof import("croner")> {
  try {
    return await import("croner");
  } catch (cause) {
    throw new PluginError(
      "LOAD_FAILED",
      `Cannot read cron expressions: the package croner cannot be imported (${
        messageOf(cause)
      }); cache it with deno install`,
      { cause },
    );
  }
}
