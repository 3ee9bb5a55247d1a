/**
 * `users`: who signs in, and the way back for who is locked out.
 *
 * @module
 */
import { Option } from "commander";
import type { CliCommand } from "../../program/cli_command.ts";
import { confirm } from "../../program/ask.ts";
import { UsageError } from "../../program/fail.ts";
import { type Agent, AgentError, type AgentUser } from "../agent/agent.ts";
import { agentCommand } from "../operator_command.ts";
import { readSecret } from "./secret_input.ts";
import { plainText, tellDone } from "../show.ts";

const MIN_PASSWORD = 10;

const list = agentCommand({
  summary: "List the users",
  examples: ["users list --db agent.db"],
  async run(agent, { output }) {
    const users = await agent.users();
    output.json({ items: users });
    if (users.length === 0) return output.line("No users");
    await output.table(
      ["id", "name", "role"],
      users.map(({ id, name, role }) => [id, plainText(name), role]),
    );
  },
});

const add = agentCommand<{ readonly role: string }>({
  writes: true,
  summary: "Add a user; the password comes from a prompt or standard input",
  examples: ["users add ada --role admin --db agent.db"],
  configure(command) {
    command.argument("<name>", "the name to sign in with")
      .addOption(
        new Option("--role <role>", "what the user may do")
          .choices(["viewer", "operator", "admin"]).default("viewer"),
      );
  },
  async run(agent, call) {
    const { output, options: { role }, args: [name] } = call;
    if (await found(agent, name!) !== undefined) {
      throw new AgentError(
        "CONFLICT",
        `Cannot add user "${name}": there is one; see users reset`,
      );
    }
    const password = checked(await readSecret(`the password of ${name}`, call));
    const user = await agent.addUser({ name: name!, password, role });
    tellDone(output, `${name} may sign in as ${role}`, { ...user });
  },
});

const reset = agentCommand({
  writes: true,
  summary: "Set another password, and end the user's sessions",
  examples: ["users reset ada --db agent.db"],
  configure(command) {
    command.argument("<name>", "the user");
  },
  async run(agent, call) {
    const { id, name } = await requireUser(agent, call.args[0]!);
    const password = checked(await readSecret(`the password of ${name}`, call));
    await agent.resetUser(id, password);
    tellDone(call.output, `${name} has a new password`, { id, name });
  },
});

const remove = agentCommand<{ readonly yes?: boolean }>({
  writes: true,
  summary: "Remove a user; the last admin stays",
  examples: ["users remove ada --db agent.db --yes"],
  configure(command) {
    command.argument("<name>", "the user").option("--yes", "do not ask");
  },
  async run(agent, call) {
    const { output, options: { yes }, args } = call;
    const { id, name } = await requireUser(agent, args[0]!);
    if (!yes && !await confirm(`Remove ${name}?`, call)) {
      throw new UsageError(`Cannot remove ${name}: the answer was no`);
    }
    await agent.removeUser(id);
    tellDone(output, `${name} is removed`, { id, name });
  },
});

/** Manages users. */
export const command: CliCommand = {
  examples: [add, reset, remove].flatMap(({ examples }) => examples),
  permissions: "see users add --help",
  subcommands: { list, add, reset, remove },
};

async function found(
  agent: Agent,
  name: string,
): Promise<AgentUser | undefined> {
  const wanted = name.toLowerCase();
  return (await agent.users())
    .find((user) => user.name.toLowerCase() === wanted);
}

async function requireUser(agent: Agent, name: string): Promise<AgentUser> {
  const user = await found(agent, name);
  if (user !== undefined) return user;
  throw new AgentError(
    "NOT_FOUND",
    `Cannot find user "${name}": there is none; see users list`,
  );
}

/** As the server demands it. */
function checked(password: string): string {
  if (password.length >= MIN_PASSWORD) return password;
  throw new UsageError(
    `Cannot use the password: it has fewer than ${MIN_PASSWORD} characters`,
  );
}
