/**
 * Doors between a test and the code of its plugins, so that nothing has to
 * sleep.
 *
 * @module
 */

/** A door that plugins' code stands in front of until a test opens it. */
export interface Gate extends Disposable {
  /** What the code of a plugin calls: `await door.pass(tag)`. */
  readonly source: string;
  /** What has arrived so far. */
  readonly arrivals: readonly unknown[];
  /** Waits until so many have arrived. */
  arrived(count?: number): Promise<void>;
  /** Lets everybody pass, now and later. */
  open(): void;
}

/** Makes a gate; `source` names it within a plugin's code. */
export function makeGate(): Gate {
  const name = `gate-${crypto.randomUUID()}`;
  const opened = Promise.withResolvers<void>();
  const arrivals: unknown[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const pass = (tag?: unknown): Promise<void> => {
    arrivals.push(tag);
    for (const { count, resolve } of waiting) {
      if (arrivals.length >= count) resolve();
    }
    return opened.promise;
  };
  Reflect.set(globalThis, name, { pass });
  return {
    source: `globalThis["${name}"]`,
    arrivals,
    arrived: (count = 1) =>
      arrivals.length >= count
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push({ count, resolve })),
    open: () => opened.resolve(),
    [Symbol.dispose]() {
      opened.resolve();
      Reflect.deleteProperty(globalThis, name);
    },
  };
}
