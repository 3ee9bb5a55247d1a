/**
 * Imports many module addresses through one module. Deno copies its module
 * graph at every dynamic import, so that importing one by one is quadratic. A
 * module that holds a literal `import()` of each address has the graph read all
 * of them at once, and still keeps their errors and their waiting apart.
 *
 * @module
 */
import type { ModuleNamespace } from "./plugin_importer.ts";

/** Larger batches are no faster, and keep more source text in memory at once. */
const BATCH_SIZE = 1_000;

type Thunk = () => Promise<ModuleNamespace>;

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
 * @param entries What to import.
 * @returns The namespace of each, in order.
 */
export function importBatched(
  entries: readonly BatchEntry[],
): Promise<ModuleNamespace>[] {
  const namespaces = entries.map((): Promise<ModuleNamespace> | undefined =>
    undefined
  );
  const together: number[] = [];
  entries.forEach((entry, index) => {
    if (!entry.reachesOut) together.push(index);
    else namespaces[index] = readBatch([entry]).then(([thunk]) => thunk!());
  });
  let previous: Promise<unknown> = Promise.resolve();
  for (let start = 0; start < together.length; start += BATCH_SIZE) {
    const indexes = together.slice(start, start + BATCH_SIZE);
    const batch = previous.then(() =>
      readBatch(indexes.map((index) => entries[index]!))
    );
    indexes.forEach((index, place) => {
      namespaces[index] = batch.then((thunks) => thunks[place]!());
    });
    previous = batch;
  }
  return namespaces as Promise<ModuleNamespace>[];
}

async function readBatch(entries: readonly BatchEntry[]): Promise<Thunk[]> {
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
