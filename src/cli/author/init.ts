/**
 * `init`: a project that bundles, checks and passes its test unchanged.
 *
 * @module
 */
import { basename, dirname, join, resolve } from "@std/path";
import { nameProblem } from "../../plugin/plugin_name.ts";
import { writeNewFile } from "../files/write_file.ts";
import { askText } from "../program/ask.ts";
import { type CliCommand, defineCommand } from "../program/cli_command.ts";
import type { CliContext } from "../program/cli_context.ts";
import { UsageError } from "../program/fail.ts";
import type { NewPlugin } from "../template/new_plugin.ts";
import { filesOf } from "../template/template.ts";
import { linksTo } from "../template/links.ts";

interface InitOptions {
  readonly dir?: string;
  readonly description?: string;
  readonly author?: string;
  readonly repository?: string;
  readonly handler?: string;
  readonly yes?: boolean;
}

/** Makes a project. */
export const command: CliCommand = defineCommand<InitOptions>({
  examples: [
    "init my-plugin",
    'init my-plugin --yes --author "Jane Doe" --repository jane/my-plugin:main',
  ],
  permissions: "--allow-read --allow-write=.",
  configure(command) {
    command
      .argument("[name]", "the plugin's name, such as my-plugin")
      .option("--dir <folder>", "where it goes (default: the name)")
      .option("--description <text>", "what it does")
      .option("--author <name>", "who writes it")
      .option("--repository <address>", "a URL, or owner/repo:branch")
      .option("--handler <checkout>", "use a checkout, not the package of JSR")
      .option("-y, --yes", "ask nothing");
  },
  async run(context, options, [given]) {
    const plugin = await settle(given, options, context);
    const folder = options.dir ?? plugin.name;
    const files = filesOf(plugin);
    await refuseExisting(folder, Object.keys(files));
    await writeAll(folder, files, context);
    const { output } = context;
    output.line(`Made ${folder} with ${Object.keys(files).join(", ")}`);
    output.line(`\nNext:\n  cd ${folder}\n  deno task test\n  deno task dev`);
    output.json({ folder, name: plugin.name, files: Object.keys(files) });
  },
});

async function settle(
  given: string | undefined,
  options: InitOptions,
  context: CliContext,
): Promise<NewPlugin> {
  const asks = !options.yes && context.output.isInteractive;
  const { handler } = options;
  const name = await answer("The plugin's name", {
    given,
    initial: options.dir === undefined
      ? "my-plugin"
      : basename(resolve(options.dir)),
  });
  const description = await answer("What does it do?", {
    given: options.description,
    initial: "Writes down which containers start and stop.",
  });
  const author = await answer("Who writes it?", {
    given: options.author,
    initial: "Unknown",
  });
  const repository = await answer("Where will its source live?", {
    given: options.repository,
    initial: `owner/${name}:main`,
  });
  const problem = nameProblem(name);
  if (problem !== undefined) {
    throw new UsageError(`Cannot name a plugin "${name}": it ${problem}`);
  }
  return {
    name,
    description,
    author,
    repository,
    ...(handler === undefined ? {} : { links: await linksTo(handler) }),
  };

  function answer(
    message: string,
    { given, initial }: { given: string | undefined; initial: string },
  ): Promise<string> {
    if (given !== undefined) return Promise.resolve(given);
    return asks
      ? askText({ message, initial }, context)
      : Promise.resolve(initial);
  }
}

async function refuseExisting(
  folder: string,
  files: readonly string[],
): Promise<void> {
  for (const file of files) {
    const path = join(folder, file);
    if (await Deno.lstat(path).then(() => true, () => false)) {
      throw new UsageError(
        `Cannot make a plugin in "${folder}": "${file}" exists, and nothing is overwritten; name another folder with --dir`,
      );
    }
  }
}

/** Writes everything, or nothing: what was written goes where it fails. */
async function writeAll(
  folder: string,
  files: Readonly<Record<string, string>>,
  { signal }: CliContext,
): Promise<void> {
  const isNew = !await Deno.lstat(folder).then(() => true, () => false);
  const written: string[] = [];
  try {
    for (const [file, text] of Object.entries(files)) {
      signal.throwIfAborted();
      const path = join(folder, file);
      await Deno.mkdir(dirname(path), { recursive: true });
      await writeNewFile(path, text);
      written.push(path);
    }
  } catch (error) {
    if (isNew) await Deno.remove(folder, { recursive: true }).catch(() => {});
    else for (const path of written) await Deno.remove(path).catch(() => {});
    throw error;
  }
}
