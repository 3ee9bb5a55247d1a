/**
 * Completion of commands and their options, as a script that starts no process.
 *
 * @module
 */
import { Argument, Command } from "commander";
import {
  type CliCommand,
  defineCommand,
  type RegisteredCommand,
} from "./cli_command.ts";

const NAME = "dockstat-plugins";

/** A command with its options, as a shell completes them. */
interface Completed {
  readonly name: string;
  readonly summary: string;
  readonly words: readonly string[];
}

/** Makes the command that prints a completion script for these commands. */
export function createCompletion(
  registry: Readonly<Record<string, RegisteredCommand>>,
): CliCommand {
  return defineCommand({
    examples: [
      "completion bash >> ~/.bashrc  # then open a new shell",
      "completion fish > ~/.config/fish/completions/dockstat-plugins.fish",
    ],
    permissions: "none",
    configure(command) {
      command.addArgument(
        new Argument("<shell>", "which shell").choices(["bash", "zsh", "fish"]),
      );
    },
    async run({ output }, _options, [shell]) {
      const commands = await Promise.all(
        Object.entries(registry).map(async ([name, { summary, load }]) => {
          const words = wordsOf((await load()).command);
          return { name, summary, words };
        }),
      );
      const script = shell === "fish" ? fish(commands) : bash(commands, shell!);
      output.line(script);
      output.json({ shell, script });
    },
  });
}

function wordsOf({ configure, subcommands }: CliCommand): string[] {
  const probe = new Command();
  configure?.(probe);
  const options = probe.options.map(({ long, short }) => long ?? short ?? "");
  return [...Object.keys(subcommands ?? {}), ...options, "--json", "--help"];
}

/** Zsh completes by the script of bash, once it is told to. */
function bash(commands: readonly Completed[], shell: string): string {
  const cases = commands.map(({ name, words }) =>
    `    ${name}) words="${words.join(" ")}" ;;`
  );
  const names = commands.map(({ name }) => name).join(" ");
  const lines = [
    ...(shell === "zsh" ? ["autoload -U +X bashcompinit && bashcompinit"] : []),
    "_dockstat_plugins() {",
    '  local words="" word="${COMP_WORDS[COMP_CWORD]}"',
    '  case "${COMP_WORDS[1]}" in',
    ...cases,
    "  esac",
    `  if [ "$COMP_CWORD" -eq 1 ]; then words="${names} --help --version"; fi`,
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    "}",
    `complete -o default -F _dockstat_plugins ${NAME}`,
  ];
  return lines.join("\n");
}

function fish(commands: readonly Completed[]): string {
  const quote = (text: string) => `'${text.replace(/['\\]/g, "\\$&")}'`;
  const lines = commands.flatMap(({ name, summary, words }) => [
    `complete -c ${NAME} -n __fish_use_subcommand -a ${name} -d ${
      quote(summary)
    }`,
    ...words.map((word) => {
      const condition = `-n "__fish_seen_subcommand_from ${name}"`;
      return word.startsWith("--")
        ? `complete -c ${NAME} ${condition} -l ${word.slice(2)}`
        : `complete -c ${NAME} ${condition} -a ${quote(word)}`;
    }),
  ]);
  return lines.join("\n");
}
