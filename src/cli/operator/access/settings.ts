/**
 * `settings get` and `settings set`.
 *
 * @module
 */
import type { CliCommand } from "../../program/cli_command.ts";
import { UsageError } from "../../program/fail.ts";
import { type AgentSettings, findPlugin } from "../agent/agent.ts";
import { agentCommand, type OperatorCall } from "../operator_command.ts";
import { readSecret } from "./secret_input.ts";
import { plainText, tellDone } from "../show.ts";

const get = agentCommand({
  summary: "Show the settings; of secrets, whether they are set",
  examples: ["settings get webhook-notifier --db agent.db"],
  configure(command) {
    command.argument("<plugin>", "its name or id")
      .argument("[name]", "only this one");
  },
  async run(agent, { output, args: [wanted, name] }) {
    const { id } = await findPlugin(agent, wanted!);
    const settings = await agent.settings(id);
    if (name === undefined) {
      output.json(settings);
      return await output.table(
        ["name", "type", "value"],
        namesOf(settings).map((name) => [
          plainText(name),
          typeOf(settings, name) ?? "",
          plainText(valueText(settings.values[name])),
        ]),
      );
    }
    requireName(settings, name);
    const value = settings.values[name] ?? null;
    output.line(plainText(valueText(value)));
    output.json({ name, value });
  },
});

const set = agentCommand<{ readonly unset?: boolean }>({
  writes: true,
  summary: "Change a setting; a secret comes from a prompt or standard input",
  examples: [
    "settings set webhook-notifier retries 3 --db agent.db",
    "settings set webhook-notifier token --db agent.db < token.txt",
    "settings set webhook-notifier token --unset --db agent.db",
  ],
  configure(command) {
    command.argument("<plugin>", "its name or id")
      .argument("<name>", "the setting")
      .argument("[value]", "the value (default: standard input)")
      .option("--unset", "take the value away");
  },
  async run(agent, call) {
    const { output, options: { unset = false }, args } = call;
    const [wanted, name] = args;
    const { id } = await findPlugin(agent, wanted!);
    const settings = await agent.settings(id);
    const value = unset ? null : await valueOf(settings, call);
    await agent.setSettings(id, { [name!]: value });
    const state = unset ? "has no value any more" : "is set";
    tellDone(output, `${name} ${state}`, { id, name });
  },
});

/** Reads and changes settings. */
export const command: CliCommand = {
  examples: [...get.examples, ...set.examples],
  permissions: "see settings get --help and settings set --help",
  subcommands: { get, set },
};

async function valueOf(
  settings: AgentSettings,
  call: OperatorCall<{ readonly unset?: boolean }>,
): Promise<unknown> {
  const [, name, given] = call.args;
  const type = typeOf(settings, name!);
  if (type === "secret" && given !== undefined) {
    throw new UsageError(
      `Cannot take the secret "${name}" from an argument, which others on this machine can read: leave it away, and type it or write it to standard input`,
    );
  }
  const text = given ?? await readSecret(name!, call);
  return readValue(text, type, name!);
}

function readValue(
  text: string,
  type: string | undefined,
  name: string,
): unknown {
  if (type === "secret" || type === "string" || type === "enum") return text;
  try {
    return JSON.parse(text);
  } catch (cause) {
    // A plugin that declares nothing takes what it is given.
    if (type === undefined) return text;
    throw new UsageError(
      `Cannot set "${name}" to "${text}": it is a ${type}`,
      { cause },
    );
  }
}

function typeOf({ form }: AgentSettings, name: string): string | undefined {
  return form.find((field) => field.name === name)?.type;
}

function namesOf({ form, values }: AgentSettings): string[] {
  const names = form.map(({ name }) => name);
  return [...new Set([...names, ...Object.keys(values)])];
}

function requireName(settings: AgentSettings, name: string): void {
  const names = namesOf(settings);
  if (names.includes(name)) return;
  throw new UsageError(
    `Cannot show setting "${name}": there are ${names.join(", ") || "none"}`,
  );
}

function valueText(value: unknown): string {
  if (value === undefined || value === null) return "(not set)";
  if (typeof value === "string") return value;
  const isSecret = typeof value === "object" && "set" in value;
  if (isSecret) return value.set ? "(secret, set)" : "(secret, not set)";
  return JSON.stringify(value);
}
