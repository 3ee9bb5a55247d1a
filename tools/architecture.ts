/**
 * Says which area may import which, and finds the imports that do not keep to
 * it. The tables at the top are the rules; amend them together with the map in
 * CONTRIBUTING.md.
 *
 * @module
 */

/** A part of the source with its own concern. */
export interface Area {
  /** What the other areas call it. */
  readonly name: string;
  /** Path prefixes of its files; the longest prefix wins. */
  readonly paths: readonly string[];
  /** The areas that it may import. */
  readonly sees: readonly string[];
  /** The files that other areas may import; all of them where absent. */
  readonly publicFiles?: readonly string[];
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

/** The areas from the one that everybody sees to the one that sees everybody. */
export const areas: readonly Area[] = [
  { name: "async", paths: ["src/async/"], sees: [] },
  { name: "shared", paths: ["src/shared/"], sees: [] },
  { name: "sqlite", paths: ["src/sqlite/"], sees: ["async", "shared"] },
  {
    name: "plugin",
    paths: ["src/plugin/"],
    sees: ["shared", "sqlite"],
  },
  {
    name: "store",
    paths: ["src/store/"],
    sees: ["async", "shared", "sqlite", "plugin"],
  },
  {
    name: "builder",
    paths: ["src/builder/"],
    sees: ["shared", "sqlite", "plugin"],
  },
  { name: "routing", paths: ["src/routing/"], sees: ["shared", "plugin"] },
  {
    name: "checks",
    paths: ["src/checks/"],
    sees: ["shared", "plugin", "routing"],
    publicFiles: ["mod.ts"],
  },
  {
    name: "install",
    paths: ["src/install/"],
    sees: ["async", "shared", "plugin", "store"],
    // The options are checked without loading what they are for.
    publicFiles: [
      "mod.ts",
      "install_options.ts",
      // The catalogue of the server fetches under the same guard.
      "fetch_options.ts",
      "fetch_text.ts",
      "repository_notation.ts",
      // What authors and fleets sign, and what is checked of it.
      "canonical_form.ts",
      "integrity.ts",
      "signature.ts",
      "verification_hash.ts",
    ],
  },
  {
    name: "loader",
    paths: ["src/loader/"],
    sees: ["async", "shared", "plugin", "store", "routing"],
    publicFiles: ["mod.ts", "plugin_importer.ts", "module_references.ts"],
  },
  {
    name: "execution",
    paths: ["src/execution/"],
    sees: ["async", "shared", "sqlite", "plugin", "store", "routing"],
  },
  {
    name: "lifecycle",
    paths: ["src/lifecycle/"],
    sees: [
      "async",
      "shared",
      "sqlite",
      "plugin",
      "store",
      "routing",
      "loader",
      "execution",
    ],
    publicFiles: ["mod.ts"],
  },
  {
    name: "dispatch",
    paths: ["src/dispatch/"],
    sees: ["async", "shared", "plugin", "routing", "execution"],
    // A plugin's process reads bodies and makes answers by the same code.
    publicFiles: ["mod.ts", "body.ts", "json.ts", "respond.ts", "stream.ts"],
  },
  {
    name: "sandbox",
    paths: ["src/sandbox/"],
    sees: [
      "async",
      "shared",
      "sqlite",
      "plugin",
      "store",
      "routing",
      "loader",
      "execution",
      "lifecycle",
      "dispatch",
    ],
    publicFiles: [
      "mod.ts",
      "sandbox_options.ts",
      "this_deno.ts",
      // Authors ask what their code contributes, without a handler.
      "describe_plugin.ts",
      "sandbox.ts",
    ],
  },
  {
    name: "management",
    paths: ["src/management/"],
    sees: [
      "async",
      "shared",
      "sqlite",
      "plugin",
      "store",
      "checks",
      "install",
      "execution",
      "lifecycle",
      "sandbox",
    ],
    // Opened when it is asked for.
    publicFiles: ["mod.ts", "update_check.ts", "doctor.ts"],
  },
  {
    name: "docker",
    paths: ["src/docker/"],
    sees: ["async", "shared", "plugin"],
    publicFiles: ["mod.ts"],
  },
  {
    name: "handler",
    paths: ["src/handler/"],
    sees: [
      "async",
      "shared",
      "sqlite",
      "plugin",
      "store",
      "routing",
      "install",
      "loader",
      "execution",
      "lifecycle",
      "sandbox",
      "dispatch",
      "management",
    ],
  },
  {
    name: "server",
    paths: ["src/server/"],
    sees: [
      "async",
      "shared",
      "sqlite",
      "plugin",
      "store",
      "install",
      "execution",
      "management",
      "dispatch",
      "handler",
    ],
    // Whoever is locked out has no server to ask.
    publicFiles: ["mod.ts", "account_rescue.ts"],
  },
  {
    name: "fleet",
    paths: ["src/fleet/"],
    sees: [
      "async",
      "shared",
      "sqlite",
      "plugin",
      "store",
      "install",
      "management",
      "handler",
    ],
    publicFiles: ["mod.ts"],
  },
  {
    name: "project",
    paths: ["src/project/"],
    sees: ["shared"],
  },
  {
    name: "testing",
    paths: ["src/testing/"],
    sees: [
      "shared",
      "sqlite",
      "plugin",
      "execution",
      "dispatch",
      "handler",
      "project",
      "install",
    ],
  },
  {
    name: "cli",
    paths: ["src/cli/"],
    sees: [
      "async",
      "shared",
      "sqlite",
      "plugin",
      "store",
      "checks",
      "install",
      "loader",
      "execution",
      "sandbox",
      "management",
      "dispatch",
      "docker",
      "handler",
      "server",
      "fleet",
      "project",
      "testing",
    ],
  },
  {
    name: "public",
    paths: ["mod.ts", "builder.ts"],
    sees: [
      "shared",
      "sqlite",
      "plugin",
      "store",
      "builder",
      "install",
      "execution",
      "sandbox",
      "dispatch",
      "management",
      "docker",
      "handler",
    ],
  },
];

/** Files that are started by their path, so that no import leads to them. */
export const entryPoints: readonly string[] = [
  "src/server/auth/argon2_worker.ts",
  // Whoever asks for the version alone does not read the program.
  "src/cli/program/run_program.ts",
  "src/sandbox/guest/main.ts",
  "src/sandbox/store/main.ts",
  // The import map of the guest's bundle leads to it.
  "src/sandbox/guest/node_stand_ins.ts",
];

/**
 * Finds the area of a file.
 *
 * @param path The file, relative to the repository.
 * @returns The area, or `undefined` for a file that belongs to none.
 */
export function areaOf(path: string): Area | undefined {
  let found: Area | undefined;
  let longest = 0;
  for (const area of areas) {
    for (const prefix of area.paths) {
      if (path.startsWith(prefix) && prefix.length > longest) {
        found = area;
        longest = prefix.length;
      }
    }
  }
  return found;
}

/**
 * Tells what is wrong with one import.
 *
 * @param edge The import.
 * @returns What is wrong, or `undefined`.
 */
export function violationOf(edge: Edge): string | undefined {
  const source = areaOf(edge.from);
  const target = areaOf(edge.to);
  if (!source || !target || source === target) return undefined;
  const arrow = `${edge.from} -> ${edge.to}`;
  if (!source.sees.includes(target.name)) {
    return `${arrow}: ${source.name} may not import ${target.name}`;
  }
  const file = edge.to.slice(edge.to.lastIndexOf("/") + 1);
  if (target.publicFiles && !target.publicFiles.includes(file)) {
    const open = target.publicFiles.join(", ");
    return `${arrow}: the public files of ${target.name} are ${open}`;
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
  const targets = Map.groupBy(edges, ({ from }) => from);
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

/**
 * Finds the areas that hold no file.
 *
 * @param files All files.
 * @returns Their names.
 */
export function emptyAreasOf(files: readonly string[]): string[] {
  const filled = new Set(files.map((file) => areaOf(file)?.name));
  return areas.map(({ name }) => name).filter((name) => !filled.has(name));
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
