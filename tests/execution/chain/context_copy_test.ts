/**
 * Copies of a context have what the context has.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { mayCopyContext } from "../../../src/execution/reads_payload.ts";
import { bothWays } from "../../sandbox/both_ways.ts";

bothWays("handleRoute() passes contexts that can be copied", async (way) => {
  await way.load(`
const use = (context) => {
  const { query, signal, stop, request, ...rest } = { ...context };
  if (!(signal instanceof AbortSignal)) throw new Error("no signal");
  if (typeof request?.url !== "string") throw new Error("no request");
  stop(query.get("q") + Object.keys(rest).includes("settings"));
};
export default { config: {
  actions: {
    spread: (context) => use({ ...context }),
    handOn: (context) => use(context),
    rest: ({ table, ...context }) => use({ ...context }),
    assign(context) { return use(Object.assign({}, context)); },
    reflect: function () { return use({ ...arguments[0] }); },
  },
  apiRoutes: Object.fromEntries(
    ["spread", "handOn", "rest", "assign", "reflect"].map((name) =>
      ["/" + name, { method: "GET", actions: [name] }]),
  ),
} };`);
  for (const path of ["spread", "handOn", "rest", "assign", "reflect"]) {
    assertEquals(await way.ask(`/${path}?q=1`), "1true");
  }
});

Deno.test("mayCopyContext() spares actions that take their context apart", () => {
  const spared = [
    () => 1,
    ({ body }: { body: unknown }) => body,
    async ({ body }: { body: unknown }) => await body,
    function ({ body }: { body: unknown }) {
      return { ...Object(body) };
    },
    (context: { body: unknown }) => context.body,
  ];
  assertEquals(spared.map(mayCopyContext), spared.map(() => false));
  const copying = [
    ({ ...context }) => context,
    (context: object) => ({ ...context }),
    (...contexts: object[]) => contexts,
    (context: object) => (() => context)(),
    function () {
      return arguments[0];
    },
  ];
  for (const action of copying) assert(mayCopyContext(action), `${action}`);
});
