/**
 * Imports many module addresses through one module. Deno copies its module
 * graph at every dynamic import, so that importing one by one is quadratic. A
 * module that holds a literal `import()` of each address has the graph read all
 * of them at once, and still keeps their errors and their waiting apart.
 *
 * @module
 */
import type { ImportedModule, ModuleNamespace } from "./plugin_importer.ts";

/** Larger batches are no faster, and keep more source text in memory at once. */
const BATCH_SIZE = 1_000;

type Thunk = () => Promise<ModuleNamespace>;

/** What evaluates a module, and when it is its turn. */
export type BatchedModule = Pick<ImportedModule, "evaluate" | "turn">;

/** An address to import. */
export interface BatchEntry {
  /** What to import. */
  readonly url: string;
  /** Whether the module imports others that others should not wait for. */
  readonly reachesOut: boolean;
  /** Called when the runtime has read the address. */
  readonly read?: () => void;
}

/**
 * Imports addresses, a batch at a time, each batch after the one before it has
 * been read.
 *
 * @returns For each address, in order, what evaluates its module.
 */
export function importBatched(
  entries: readonly BatchEntry[],
): BatchedModule[] {
  const modules = new Map<BatchEntry, BatchedModule>();
  const together = entries.filter((entry) => !entry.reachesOut);
  let previous: Promise<unknown> = Promise.resolve();
  for (let start = 0; start < together.length; start += BATCH_SIZE) {
    const slice = together.slice(start, start + BATCH_SIZE);
    const batch = previous.then(() => readBatch(slice));
    const turn = settled(batch);
    slice.forEach((entry, place) => {
      modules.set(entry, { turn, evaluate: fromBatch(batch, place) });
    });
    previous = batch;
  }
  // Deno reads one graph at a time: what it has to wait for comes last.
  for (const entry of entries) {
    if (!entry.reachesOut) continue;
    const batch = previous.then(() => readBatch([entry]));
    const turn = settled(batch);
    modules.set(entry, { turn, evaluate: fromBatch(batch, 0) });
  }
  return entries.map((entry) => modules.get(entry)!);
}

function settled(promise: Promise<unknown>): Promise<void> {
  return promise.then(() => {}, () => {});
}

function fromBatch(batch: Promise<Thunk[]>, place: number): Thunk {
  return () => batch.then((thunks) => thunks[place]!());
}

async function readBatch(entries: readonly BatchEntry[]): Promise<Thunk[]> {
  // The module in between pays off for many, and costs five imports for one.
  if (entries.length === 1) return [() => importAlone(entries[0]!)];
  const imports = entries.map(({ url }) =>
    `()=>import(${JSON.stringify(url)})`
  );
  const url = URL.createObjectURL(
    new Blob([`export default [${imports.join(",\n")}]`], {
      type: "text/javascript",
    }),
  );
  try {
    const batch: { default: Thunk[] } = await import(url);
    return batch.default;
  } finally {
    URL.revokeObjectURL(url);
    for (const entry of entries) entry.read?.();
  }
}

async function importAlone(entry: BatchEntry): Promise<ModuleNamespace> {
  try {
    return await import(entry.url);
  } finally {
    entry.read?.();
  }
}
