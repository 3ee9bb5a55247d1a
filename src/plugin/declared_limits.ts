/**
 * What a plugin may declare: how much of everything, and how long. The same in
 * both ways of running, and checked where a definition is read, before any
 * other code of the host's sees it.
 *
 * @module
 */

/** How much a plugin may declare. */
export const DECLARED_LIMITS = {
  /** Actions. */
  actions: 1_000,
  /** Events that it listens to. */
  events: 1_000,
  /** API routes. */
  routes: 1_000,
  /** Settings. */
  settings: 200,
  /** Values of all settings together, their options included. */
  settingValues: 10_000,
  /** Actions of one route. */
  actionsOfRoute: 1_000,
  /** Characters of a route's or a page's path. */
  pathLength: 2_048,
  /** Segments of a route's path. */
  segments: 100,
  /** Schedules. */
  schedules: 100,
  /** Tables beside its table. */
  tables: 20,
  /** Columns of a table. */
  columns: 500,
  /** Characters of a name: of an action, an event, a table or a column. */
  nameLength: 200,
  /** Values of all columns together. */
  columnValues: 10_000,
  /** Characters of one string of a column: a check, a default, an expression. */
  expressionLength: 10_000,
  /** Pages. */
  pages: 500,
  /** Values of all pages together, their templates included. */
  pageValues: 100_000,
  /** Characters of one string of a page: a template. */
  templateLength: 1_000_000,
  /** Characters of all pages together. */
  pageCharacters: 4_000_000,
  /** Characters of a string that describes the plugin. */
  metaLength: 10_000,
  /** Strings that tag the plugin. */
  tags: 100,
  /** Warnings, and problems, that are told about one definition. */
  findings: 100,
  /** Characters of each of them. */
  findingLength: 1_000,
} as const;
