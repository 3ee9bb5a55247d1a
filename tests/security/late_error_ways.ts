/**
 * The ways in which a plugin's code leaves an error behind that nobody awaits.
 *
 * @module
 */

/** What is left behind, as source text; `it` is what is thrown. */
const SHAPES: Readonly<Record<string, string>> = {
  timer: "setTimeout(() => { throw it; }, 1);",
  interval:
    "const timer = setInterval(() => { clearInterval(timer); throw it; }, 1);",
  immediate: "setImmediate(() => { throw it; });",
  tick: "process.nextTick(() => { throw it; });",
  microtask: "queueMicrotask(() => { throw it; });",
  port:
    "const { port1, port2 } = new MessageChannel(); port1.onmessage = () => { port1.close(); throw it; }; port2.postMessage(1);",
  listener:
    `const target = new EventTarget(); target.addEventListener("x", () => { throw it; }); target.dispatchEvent(new Event("x"));`,
  laterListener:
    `const target = new AbortController(); target.signal.onabort = () => { throw it; }; setTimeout(() => target.abort(), 1);`,
  promise: "Promise.reject(it);",
  timedPromise: "setTimeout(() => { Promise.reject(it); }, 1);",
  asynchronous: "(async () => { await 1; throw it; })();",
  stream:
    "new ReadableStream({ async pull() { await 1; throw it; } }).getReader().read();",
};

/** What is thrown. */
const VALUES: Readonly<Record<string, string>> = {
  error: `new Error("late")`,
  text: `"late"`,
  nothing: "undefined",
};

/** By name, statements that leave an error behind. */
export const WAYS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(SHAPES).flatMap(([shape, code]) =>
      Object.entries(VALUES).map(([value, it]) => [
        `${shape}_${value}`,
        `const it = ${it}; ${code}`,
      ])
    ),
  ),
  fetch: `fetch("http://127.0.0.1:1/");`,
  timedFetch: `setTimeout(() => { fetch("http://127.0.0.1:1/"); }, 1);`,
  import: `import("node:nothing-of-that-name");`,
};

/** The ways that tell whose they are: by their stack trace, or by a context. */
export function isAttributed(way: string): boolean {
  const [shape, value] = way.split("_");
  return value === undefined || value === "error" ||
    /promise|asynchronous|stream|listener/i.test(shape!);
}

/** A plugin that knows all of them. */
export const CODE = `const ways = { ${
  Object.entries(WAYS).map(([name, code]) => `${name}() { ${code} }`).join(", ")
} };
export default {
  config: {
    actions: { leave: ({ query }) => { ways[query.get("way")](); } },
    apiRoutes: { "/leave": { method: "GET", actions: ["leave"] } },
  },
  events: {
    e: (way) => ways[way](),
    forever: (names) => {
      for (const name of names) setInterval(() => ways[name](), 10);
    },
  },
};`;
