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
    () => import("./serve.ts"),
  ),
  list: operators("List the installed plugins", () => import("./list.ts")),
  info: operators("Show one plugin", () => import("./info.ts")),
  install: operators(
    "Show what a plugin is and does, and install it",
    () => import("./install.ts"),
  ),
  update: operators(
    "Bring new versions of one plugin, or of all",
    () => import("./update.ts"),
  ),
  rollback: operators(
    "Put an earlier version back",
    () => import("./rollback.ts"),
  ),
  enable: operators("Let a plugin be loaded", () => import("./enable.ts")),
  disable: operators(
    "Unload a plugin and keep it from being loaded",
    () => import("./disable.ts"),
  ),
  pin: operators(
    "Keep a plugin's updates within a range",
    () => import("./pin.ts"),
  ),
  remove: operators("Delete a plugin", () => import("./remove.ts")),
  reload: operators(
    "Load a plugin anew (server only)",
    () => import("./reload.ts"),
  ),
  grant: operators(
    "Grant permissions that a plugin asks for",
    () => import("./grant.ts"),
  ),
  revoke: operators("Take permissions back", () => import("./revoke.ts")),
  settings: operators(
    "Read and change the settings of a plugin",
    () => import("./settings.ts"),
  ),
  schedules: operators(
    "List what runs by the clock (server only)",
    () => import("./schedules.ts"),
  ),
  "run-schedule": operators(
    "Run a schedule now (server only)",
    () => import("./run_schedule.ts"),
  ),
  health: operators(
    "Show how the plugins are doing (server only)",
    () => import("./health.ts"),
  ),
  logs: operators(
    "Show the log, and follow it (server only)",
    () => import("./logs.ts"),
  ),
  audit: operators(
    "Show who did what to the plugins",
    () => import("./audit.ts"),
  ),
  tables: operators("List the tables of plugins", () => import("./tables.ts")),
  export: operators(
    "Write the rows of a table as CSV or JSON",
    () => import("./export.ts"),
  ),
  purge: operators(
    "Delete what deleted plugins left behind",
    () => import("./purge.ts"),
  ),
  backup: operators(
    "Copy the database and plugins' tables",
    () => import("./backup.ts"),
  ),
  restore: operators("Put a backup back", () => import("./restore.ts")),
  doctor: operators(
    "Look the database and the machine over",
    () => import("./doctor.ts"),
  ),
  bisect: operators(
    "Find the plugin that breaks the host",
    () => import("./bisect.ts"),
  ),
  users: operators(
    "Add, reset and remove who signs in",
    () => import("./users.ts"),
  ),
};
