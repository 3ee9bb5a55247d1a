/**
 * Writes `docs/cli.md` from the program's own help. With `--check` it writes
 * nothing, and fails where the page is not current.
 *
 * Needs `--allow-read` and, to write, `--allow-write=docs`.
 *
 * @module
 */
import type { Command } from "commander";
import { createProgram } from "../src/cli/program/create_program.ts";
import { Output } from "../src/cli/program/output.ts";
import { registry } from "../src/cli/program/registry.ts";
import { repository } from "./package_config.ts";

const PAGE = `${repository}/docs/cli.md`;

const HEAD = `# The command line

<!-- Made by \`deno task docs:cli\` from the program's own help. -->

\`deno run <flags> jsr:@dockstat/plugin-handler/cli <command>\`, with the flags
that the command's page names, or installed once:

\`\`\`sh
deno install -g --name dockstat-plugins <flags> jsr:@dockstat/plugin-handler/cli
\`\`\`

In a checkout it is \`deno task cli <command>\`. Where a page says
\`--allow-run=deno\`, the \`deno\` that runs the program is meant; if \`deno\` in
your \`PATH\` is a link to it, name its real path. Plugins' code runs in sandboxes
only, except with \`dev --inline\`.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused (a signature, a permission,
a policy), 130 ended by Ctrl-C. \`--json\` prints one JSON document; what went
wrong is in its \`error\`. There are no colours without a terminal, or with
\`NO_COLOR\`.
`;

/** The page as it should be. */
export async function cliPage(): Promise<string> {
  const sections: string[] = [];
  let group = "";
  for (const [name, { group: of, summary }] of Object.entries(registry)) {
    if (of !== group) sections.push(`## ${group = of}\n`);
    const help = (await helpOf(name)).join("\n\n");
    sections.push(
      `### ${name}\n\n${summary}.\n\n\`\`\`text\n${help}\n\`\`\`\n`,
    );
  }
  return `${HEAD}\n${sections.join("\n")}`;
}

async function helpOf(name: string): Promise<string[]> {
  const context = {
    output: new Output(),
    signal: new AbortController().signal,
  };
  const program = await createProgram([name], context, () => {});
  const command = program.commands.find((it) => it.name() === name)!;
  return [command, ...command.commands.filter((it) => it.name() !== "help")]
    .map(helpText);
}

function helpText(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => text += part });
  command.outputHelp();
  return text.trim().replace(/ +$/gm, "");
}

if (import.meta.main) {
  const page = await cliPage();
  if (!Deno.args.includes("--check")) await Deno.writeTextFile(PAGE, page);
  else if (await Deno.readTextFile(PAGE).catch(() => "") !== page) {
    console.error("docs/cli.md is out of date: run deno task docs:cli");
    Deno.exit(1);
  }
}
