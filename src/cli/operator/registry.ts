/**
 * The operators' commands, and where each is found.
 *
 * @module
 */
import type { RegisteredCommand } from "../program/cli_command.ts";

type Load = RegisteredCommand["load"];

function operators(summary: string, load: Load): RegisteredCommand {
  return { summary, group: "Operators", load };
}

/** The commands by name, in the help's order. */
export const operatorCommands: Readonly<Record<string, RegisteredCommand>> = {
  fleet: operators(
    "Operate many agents: releases, rings, rollouts",
    () => import("../fleet/fleet.ts"),
  ),
  serve: operators(
    "Run an agent with its API, plugins in sandboxes",
    () => import("./running/serve.ts"),
  ),
  list: operators(
    "List the installed plugins",
    () => import("./plugins/list.ts"),
  ),
  info: operators("Show one plugin", () => import("./plugins/info.ts")),
  install: operators(
    "Show what a plugin is and does, and install it",
    () => import("./plugins/install.ts"),
  ),
  update: operators(
    "Bring new versions of one plugin, or of all",
    () => import("./plugins/update.ts"),
  ),
  rollback: operators(
    "Put an earlier version back",
    () => import("./plugins/rollback.ts"),
  ),
  enable: operators(
    "Let a plugin be loaded",
    () => import("./plugins/enable.ts"),
  ),
  disable: operators(
    "Unload a plugin and keep it from being loaded",
    () => import("./plugins/disable.ts"),
  ),
  pin: operators(
    "Keep a plugin's updates within a range",
    () => import("./plugins/pin.ts"),
  ),
  remove: operators("Delete a plugin", () => import("./plugins/remove.ts")),
  reload: operators(
    "Load a plugin anew (server only)",
    () => import("./plugins/reload.ts"),
  ),
  grant: operators(
    "Grant permissions that a plugin asks for",
    () => import("./access/grant.ts"),
  ),
  revoke: operators(
    "Take permissions back",
    () => import("./access/revoke.ts"),
  ),
  settings: operators(
    "Read and change the settings of a plugin",
    () => import("./access/settings.ts"),
  ),
  schedules: operators(
    "List what runs by the clock (server only)",
    () => import("./running/schedules.ts"),
  ),
  "run-schedule": operators(
    "Run a schedule now (server only)",
    () => import("./running/run_schedule.ts"),
  ),
  health: operators(
    "Show how the plugins are doing (server only)",
    () => import("./running/health.ts"),
  ),
  logs: operators(
    "Show the log, and follow it (server only)",
    () => import("./running/logs.ts"),
  ),
  audit: operators(
    "Show who did what to the plugins",
    () => import("./access/audit.ts"),
  ),
  tables: operators(
    "List the tables of plugins",
    () => import("./data/tables.ts"),
  ),
  export: operators(
    "Write the rows of a table as CSV or JSON",
    () => import("./data/export.ts"),
  ),
  purge: operators(
    "Delete what deleted plugins left behind",
    () => import("./data/purge.ts"),
  ),
  backup: operators(
    "Copy the database and plugins' tables",
    () => import("./data/backup.ts"),
  ),
  restore: operators("Put a backup back", () => import("./data/restore.ts")),
  doctor: operators(
    "Look the database and the machine over",
    () => import("./running/doctor.ts"),
  ),
  bisect: operators(
    "Find the plugin that breaks the host",
    () => import("./running/bisect.ts"),
  ),
  users: operators(
    "Add, reset and remove who signs in",
    () => import("./access/users.ts"),
  ),
};
