/**
 * What a failure of a command says, and with what the program exits then.
 *
 * @module
 */
import { PluginError, ValidationError } from "../../shared/errors.ts";
import { EXIT, type ExitCode } from "./cli_command.ts";
import { missingPermission } from "./missing_permission.ts";
import type { Output } from "./output.ts";

/** What is refused by what the operator demands, not failing by itself. */
const REFUSED: ReadonlySet<string> = new Set([
  "AUTHENTICATION_REQUIRED",
  "HOST_NOT_ALLOWED",
  "INTEGRITY_MISMATCH",
  "PERMISSION_REQUIRED",
  "REGISTRATION_CLOSED",
  "ROLE_REQUIRED",
  "SIGNATURE_INVALID",
  "VERIFICATION_REFUSED",
]);

/** Wrong usage that commander cannot see: exit code 2. */
export class UsageError extends PluginError {
  /** @param message What is wrong, and what to write instead. */
  constructor(message: string, options?: ErrorOptions) {
    super("INVALID_OPTIONS", message, options);
    this.name = "UsageError";
  }
}

/** Says what went wrong, and returns with what to exit. */
export function fail(error: unknown, output: Output): ExitCode {
  const told = tell(error);
  if (output.isJson) output.json({ error: told });
  else output.note(`${output.errorStyle.red("error:")} ${told.message}`);
  return exitCodeOf(error);
}

/** With what to exit after an error. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return EXIT.usage;
  if (notCapable(error) !== undefined) return EXIT.refused;
  const code = codeOf(error);
  return code !== undefined && REFUSED.has(code) ? EXIT.refused : EXIT.failed;
}

/** A missing permission, also below what failed for the want of it. */
function notCapable(error: unknown): Error | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 10; depth++) {
    if (at instanceof Deno.errors.NotCapable) return at;
    at = at.cause;
  }
  return undefined;
}

/** The code of a handler's, a server's or an agent's error. */
function codeOf(error: unknown): string | undefined {
  const { code } = Object(error);
  return typeof code === "string" ? code : undefined;
}

interface Told {
  readonly code: string;
  readonly message: string;
  readonly issues?: readonly {
    readonly path: readonly unknown[];
    readonly message: string;
  }[];
}

function tell(error: unknown): Told {
  const lacking = notCapable(error);
  if (lacking !== undefined) {
    return { code: "PERMISSION_REQUIRED", message: missingPermission(lacking) };
  }
  if (error instanceof ValidationError) {
    const { code, message, issues } = error;
    return {
      code,
      message,
      issues: issues.map(({ path = [], message }) => ({
        path: [...path],
        message,
      })),
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: codeOf(error) ?? "FAILED", message };
}
