/**
 * Says which room may import which, and finds the imports that do not keep to
 * it. The tables at the top are the rules; amend them together with the map in
 * CONTRIBUTING.md.
 *
 * @module
 */

/** A part of the source with its own concern. */
export interface Room {
  /** What the other rooms call it. */
  readonly name: string;
  /** Path prefixes of its files; the longest prefix wins. */
  readonly paths: readonly string[];
  /** The rooms that it may import. */
  readonly sees: readonly string[];
  /** The files that other rooms may import; all of them where absent. */
  readonly doors?: readonly string[];
}

/** An import that the rooms alone would forbid. */
export interface Exception {
  /** Path prefix of the files that import. */
  readonly from: string;
  /** The room that they may import. */
  readonly to: string;
  /** Why, for whoever wants to take it away. */
  readonly why: string;
}

/** One import between two files. */
export interface Edge {
  /** The file that imports. */
  readonly from: string;
  /** The file that is imported. */
  readonly to: string;
  /** Whether types alone cross. */
  readonly typeOnly: boolean;
}

/** The rooms from the one that everybody sees to the one that sees everybody. */
export const rooms: readonly Room[] = [
  {
    name: "words",
    paths: [
      "src/contributions.ts",
      "src/digest.ts",
      "src/errors.ts",
      "src/event_names.ts",
      "src/logging.ts",
      "src/plugin.ts",
      "src/plugin/",
      "src/tracing.ts",
      "src/version.ts",
    ],
    sees: [],
  },
  {
    name: "store",
    paths: ["src/store/"],
    sees: ["words"],
    doors: [
      "mod.ts",
      "handler_tables.ts",
      "sqlite_driver.ts",
      "plugin_repository.ts",
      // What plugins bundle, and what runs in the sandbox, stays light.
      "column.ts",
      "column_definition.ts",
      "parser_detection.ts",
      "query_builder.ts",
    ],
  },
  { name: "builder", paths: ["src/builder/"], sees: ["words", "store"] },
  { name: "routing", paths: ["src/routing/"], sees: ["words"] },
  {
    name: "loader",
    paths: ["src/loader/"],
    sees: ["words", "store"],
    doors: ["mod.ts", "plugin_importer.ts"],
  },
  {
    name: "runtime",
    paths: ["src/runtime/"],
    sees: ["words", "store", "routing", "loader"],
    doors: [
      "mod.ts",
      "plugin_runner.ts",
      "loaded_plugin.ts",
      "plugin_registry.ts",
      // What the sandbox's guest is bundled from.
      "chain_errors.ts",
      "inline_runner.ts",
      "plugin_health.ts",
      "thenable.ts",
      "within_limit.ts",
    ],
  },
  {
    name: "sandbox",
    paths: ["src/sandbox/"],
    sees: ["words", "store", "routing", "loader", "runtime"],
    doors: ["mod.ts"],
  },
  {
    name: "dispatch",
    paths: ["src/dispatch/"],
    sees: ["words", "routing", "runtime"],
    // Plugins bundle what they reply with.
    doors: ["mod.ts", "reply.ts"],
  },
  {
    name: "install",
    paths: ["src/install/"],
    sees: ["words", "store"],
    doors: ["mod.ts"],
  },
  {
    name: "management",
    paths: ["src/management/"],
    sees: ["words", "store", "runtime", "sandbox", "install"],
    doors: ["mod.ts"],
  },
  {
    name: "docker",
    paths: ["src/docker/"],
    sees: ["words"],
    doors: ["mod.ts"],
  },
  {
    name: "handler",
    paths: ["src/handler", "src/rooms.ts"],
    sees: [
      "words",
      "store",
      "routing",
      "loader",
      "runtime",
      "sandbox",
      "dispatch",
      "install",
      "management",
    ],
  },
  {
    name: "server",
    paths: ["src/server/"],
    sees: ["words", "store", "install", "handler"],
    doors: ["mod.ts"],
  },
  {
    name: "cli",
    paths: ["src/cli/"],
    sees: ["words", "store", "install", "docker", "handler", "server"],
    doors: ["main.ts"],
  },
  {
    name: "public",
    paths: ["mod.ts", "builder.ts"],
    sees: [
      "words",
      "store",
      "builder",
      "runtime",
      "sandbox",
      "dispatch",
      "install",
      "management",
      "docker",
      "handler",
    ],
  },
];

/** What the rooms alone would forbid; only types may cross here. */
export const exceptions: readonly Exception[] = [
  {
    from: "src/plugin",
    to: "store",
    why: "a plugin's table is described by columns and reached by a builder",
  },
];

/** Files that are started by their path, so that no import leads to them. */
export const entryPoints: readonly string[] = [
  "src/sandbox/guest/main.ts",
  // The import map of the guest's bundle leads to it.
  "src/sandbox/guest/node_stand_ins.ts",
];

/**
 * Finds the room of a file.
 *
 * @param path The file, relative to the repository.
 * @returns The room, or `undefined` for a file that belongs to none.
 */
export function roomOf(path: string): Room | undefined {
  let found: Room | undefined;
  let longest = 0;
  for (const room of rooms) {
    for (const prefix of room.paths) {
      if (path.startsWith(prefix) && prefix.length > longest) {
        found = room;
        longest = prefix.length;
      }
    }
  }
  return found;
}

function isExcepted({ from, typeOnly }: Edge, target: Room): boolean {
  return typeOnly &&
    exceptions.some((item) =>
      from.startsWith(item.from) && item.to === target.name
    );
}

/**
 * Tells what is wrong with one import.
 *
 * @param edge The import.
 * @returns What is wrong, or `undefined`.
 */
export function violationOf(edge: Edge): string | undefined {
  const source = roomOf(edge.from);
  const target = roomOf(edge.to);
  if (!source || !target || source === target) return undefined;
  const arrow = `${edge.from} -> ${edge.to}`;
  if (!source.sees.includes(target.name) && !isExcepted(edge, target)) {
    return `${arrow}: ${source.name} may not import ${target.name}`;
  }
  const file = edge.to.slice(edge.to.lastIndexOf("/") + 1);
  if (target.doors && !target.doors.includes(file)) {
    const doors = target.doors.join(", ");
    return `${arrow}: the doors of ${target.name} are ${doors}`;
  }
  return undefined;
}

/**
 * Finds the circles among the imports, each once, as the files on the way.
 *
 * @param edges All imports.
 * @returns The circles, from each first file back to it.
 */
export function cyclesOf(edges: readonly Edge[]): string[][] {
  const targets = Map.groupBy(edges.filter(staysInOrder), ({ from }) => from);
  const done = new Set<string>();
  const way: string[] = [];
  const cycles: string[][] = [];
  function visit(file: string): void {
    const start = way.indexOf(file);
    if (start >= 0) cycles.push([...way.slice(start), file]);
    if (start >= 0 || done.has(file)) return;
    way.push(file);
    for (const { to } of targets.get(file) ?? []) visit(to);
    way.pop();
    done.add(file);
  }
  for (const file of targets.keys()) visit(file);
  return cycles;
}

function staysInOrder(edge: Edge): boolean {
  const target = roomOf(edge.to);
  return !target || !isExcepted(edge, target);
}

/**
 * Finds the files that no entry leads to.
 *
 * @param files All files.
 * @param edges All imports.
 * @param entries The files to start from.
 * @returns The files that are not reached.
 */
export function orphansOf(
  files: readonly string[],
  edges: readonly Edge[],
  entries: readonly string[],
): string[] {
  const reached = new Set(entries);
  const targets = Map.groupBy(edges, ({ from }) => from);
  for (const file of reached) {
    for (const { to } of targets.get(file) ?? []) reached.add(to);
  }
  return files.filter((file) => !reached.has(file));
}
