/**
 * The forms that a plugin's module may have.
 *
 * @module
 */
import { returning } from "./sources.ts";

/** Source text by what it shows; `init` returns what is expected. */
export const FORMS: readonly [what: string, code: string, expected: unknown][] =
  [
    ["a default export", returning("1"), 1],
    [
      "a default export of a name",
      `${
        returning("1").replace("export default", "const p =")
      } export { p as default };`,
      1,
    ],
    [
      "named exports only",
      `export const name = "p"; export function init() { return 1; }`,
      1,
    ],
    [
      "exports by destructuring",
      `export const { name, init } = { name: "p", init: () => 1 };`,
      1,
    ],
    [
      "a string as an export's name",
      `const x = 1; export { x as "a b" }; ${returning("x")}`,
      1,
    ],
    [
      "a re-export of a built-in module",
      `export { readFileSync } from "node:fs"; ${returning("1")}`,
      1,
    ],
    [
      "a star re-export of a built-in module",
      `export * as path from "node:path"; ${returning("1")}`,
      1,
    ],
    [
      "a frozen default export",
      `export default Object.freeze({ name: "p", init() { return 1; } });`,
      1,
    ],
    [
      "a class instance",
      `export default new (class { #x = 1; name = "p"; init() { return this.#x; } })();`,
      1,
    ],
    [
      "a frozen class instance",
      `export default Object.freeze(new (class { #x = 1; name = "p"; init() { return this.#x; } })());`,
      1,
    ],
    [
      "a builder that is not built yet",
      `export default { name() { return this; }, build: () => ({ name: "p", init: () => 1 }) };`,
      1,
    ],
    [
      "a top-level await",
      returning(
        "x",
        "const x = await new Promise((done) => queueMicrotask(() => done(1)));",
      ),
      1,
    ],
    [
      "a cycle of timers",
      returning(
        "done",
        "let turns = 0; const done = new Promise((done) => { const turn = () => ++turns < 3 ? setTimeout(turn, 0) : done(turns); turn(); });",
      ),
      3,
    ],
    ["import.meta", returning("typeof import.meta.url"), "string"],
    [
      "import of a built-in module",
      returning(`basename("/a/b")`, `import { basename } from "node:path";`),
      "b",
    ],
    [
      "import of a package",
      returning("typeof z.string", `import { z } from "npm:zod@^4.6.7";`),
      "function",
    ],
    [
      "import of a name in the host's import map",
      returning("typeof z.string", `import { z } from "zod";`),
      "function",
    ],
    [
      "import of JSON",
      returning(
        "x.default.a",
        `import * as x from 'data:application/json,{"a":1}' with { type: "json" };`,
      ),
      1,
    ],
    [
      "a dynamic import",
      returning(`import("node:path").then((path) => path.basename("/a/b"))`),
      "b",
    ],
    [
      "Unicode and emoji",
      returning(`"grün 🦕 \\u{1F995}"`, "const größe = 1, 変数 = 2;"),
      "grün 🦕 🦕",
    ],
    ["a byte order mark", `\uFEFF${returning("1")}`, 1],
    ["CRLF line ends", returning("`a\r\nb`.length", "// one\r\n// two\r\n"), 3],
    ["a hashbang", `#!/usr/bin/env node\n${returning("1")}`, 1],
    [
      "a byte order mark and a hashbang",
      `\uFEFF#!/usr/bin/env node\r\n${returning("1")}`,
      1,
    ],
    [
      "a comment at the end without a line end",
      `${returning("1")} // the end`,
      1,
    ],
    [
      "percent signs, hashes and quotes",
      returning(`"%41 # ? ' & \\\\"`),
      "%41 # ? ' & \\",
    ],
    ["strict mode", returning("(function () { return this; })()"), undefined],
    [
      "`then` among the exports",
      `export const name = "p", then = undefined, init = () => 1;`,
      1,
    ],
  ];
