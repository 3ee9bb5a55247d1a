/**
 * `test`: the author's tests, with no more than the permission to read.
 *
 * @module
 */
import {
  type CliCommand,
  defineCommand,
  EXIT,
} from "../program/cli_command.ts";
import { readProject } from "../project/read_project.ts";

interface TestOptions {
  readonly allow?: readonly string[];
  readonly coverage?: boolean;
  readonly watch?: boolean;
}

/** Runs a plugin's tests. */
export const command: CliCommand = defineCommand<TestOptions>({
  examples: ["test", "test my-plugin --allow net=127.0.0.1 --coverage"],
  permissions: "--allow-read --allow-run=deno",
  configure(command) {
    command
      .argument("[dir]", "the project's folder", ".")
      .option(
        "--allow <permission...>",
        "what the tests may do beside reading, such as net=127.0.0.1",
      )
      .option("--coverage", "say which lines ran")
      .option("--watch", "run them again at each save");
  },
  async run({ output, signal }, { allow = [], coverage, watch }, [dir = "."]) {
    await readProject(dir);
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "test",
        "--no-prompt",
        "--allow-read",
        ...allow.map((permission) => `--allow-${permission}`),
        ...(coverage ? ["--coverage=coverage"] : []),
        ...(watch ? ["--watch"] : []),
      ],
      cwd: dir,
      stdin: "null",
      stdout: output.isJson ? "null" : "inherit",
      signal,
    }).spawn();
    const { success } = await child.status;
    signal.throwIfAborted();
    output.json({ success });
    return success ? EXIT.done : EXIT.failed;
  },
});
