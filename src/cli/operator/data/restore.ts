/**
 * `restore`: a backup takes the place of the database.
 *
 * @module
 */
import { type CliCommand, defineCommand } from "../../program/cli_command.ts";
import { confirm } from "../../program/ask.ts";
import { UsageError } from "../../program/fail.ts";
import { DB } from "../../../sqlite/mod.ts";
import { requireAgent, requireFile } from "../agent/agent_file.ts";
import { tellDone } from "../show.ts";

interface RestoreOptions {
  readonly db?: string;
  readonly yes?: boolean;
}

/** Restores a backup. */
export const command: CliCommand = defineCommand<RestoreOptions>({
  examples: ["restore backups/monday.db --db agent.db"],
  permissions: "--allow-read and --allow-write for the folders of both",
  configure(command) {
    command.argument("<backup>", "what backup made")
      .option("--db <file>", "the database that it takes the place of")
      .option("--yes", "do not ask");
  },
  async run(context, { db, yes }, [backup = ""]) {
    if (db === undefined) {
      throw new UsageError(
        "Cannot restore without a database file: stop the agent, and give --db <file>",
      );
    }
    const hint = "name a file that backup made";
    await requireFile(backup, hint);
    requireAgent(backup, hint);
    const question = `Put "${backup}" in the place of "${db}"?`;
    if (!yes && !await confirm(question, context)) {
      throw new UsageError("Cannot restore: the answer was no");
    }
    context.signal.throwIfAborted();
    using database = new DB(db);
    database.restore(backup);
    tellDone(context.output, `"${db}" is what "${backup}" was`, {
      path: db,
      from: backup,
    });
  },
});
