/**
 * `check`: what is wrong with a plugin, before anybody installs it.
 *
 * @module
 */
import {
  type CliCommand,
  defineCommand,
  EXIT,
} from "../program/cli_command.ts";
import type { Output } from "../program/output.ts";
import { checkProject } from "../check/check_project.ts";
import type { Finding } from "../check/finding.ts";

interface CheckOptions {
  readonly types: boolean;
  readonly strict?: boolean;
}

/** Checks a plugin. */
export const command: CliCommand = defineCommand<CheckOptions>({
  examples: ["check", "check my-plugin --strict --json"],
  permissions: "--allow-read --allow-run=deno",
  configure(command) {
    command
      .argument("[dir]", "the project's folder", ".")
      .option("--strict", "fail for warnings too")
      .option("--no-types", "leave types out, which is quicker");
  },
  async run({ output, signal }, { types, strict }, [dir = "."]) {
    output.progress("Checking");
    const checked = await checkProject(dir, { types, signal });
    output.progress("");
    const { findings } = checked;
    for (const finding of findings) show(finding, output);
    const errors = findings.filter(({ level }) => level === "error").length;
    const warnings = findings.length - errors;
    output.line(
      findings.length === 0
        ? output.style.green("Nothing wrong was found")
        : `${count(errors, "error")}, ${count(warnings, "warning")}`,
    );
    output.json({ errors, warnings, findings });
    return errors > 0 || (strict && warnings > 0) ? EXIT.failed : EXIT.done;
  },
});

function show({ level, where, message }: Finding, output: Output): void {
  const paint = output.style[level === "error" ? "red" : "yellow"];
  output.line(`${paint(`${level}:`)} ${where}: ${message}`);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
