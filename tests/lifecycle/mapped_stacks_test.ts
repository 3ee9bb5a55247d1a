import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { bothWays } from "../sandbox/both_ways.ts";
import { readableStack } from "../../src/shared/stack/readable_stack.ts";

/** Source text whose second line is said to be line 5 of a file, column 26. */
function mapped(code: string, source: string): string {
  const map = { version: 3, sources: [source], names: [], mappings: ";AAIyB" };
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${
    btoa(JSON.stringify(map))
  }`;
}

const FAILS = `export default { config: { actions: { fail() {
throw new Error("out of stock") } },
apiRoutes: { "/fail": { method: "GET", actions: ["fail"] } } } };`;

bothWays("names the file that a source map names", async (way) => {
  await way.load(mapped(FAILS, "../../src/util.ts"), { name: "fluent" });
  const error = await assertRejects(() => way.ask("/fail"));
  assertMatch(
    readableStack(error),
    /at \S*fail \(?fluent@1\.0\.0\/src\/util\.ts:5:26/,
  );
  assert(!/plugin:\/\//.test(readableStack(error)));
});

bothWays("names the line of what is thrown at the top level", async (way) => {
  const sources = {
    plain: `\nthrow new Error("at the top");`,
    late: `await 1;\nthrow new Error("at the top");`,
    mapped: mapped(`\nthrow new Error("at the top")`, "src/top.ts"),
  };
  const seen: string[] = [];
  for (const [name, code] of Object.entries(sources)) {
    const error = await assertRejects(() => way.load(code, { name }));
    const [frame] = /\b\w+@1\.0\.0[\w/.]*:\d+:\d+/.exec(readableStack(error)) ??
      [];
    seen.push(String(frame).replace(/:\d+$/, ""));
  }
  assertEquals(seen, [
    "plain@1.0.0:2",
    "late@1.0.0:2",
    "mapped@1.0.0/src/top.ts:5",
  ]);
});

bothWays("keeps odd names of sources out of frames", async (way) => {
  const odd = {
    a: ["webpack:///./src/a.ts?1234", "a@1.0.0/src/a.ts"],
    b: ["file:///home/me/b.ts", "b@1.0.0/home/me/b.ts"],
    c: ["c (native)\n at x.ts", "c@1.0.0/c_native_at_x.ts"],
    d: ["", "d@1.0.0/source"],
  };
  for (const [name, [source, shown]] of Object.entries(odd)) {
    const id = await way.load(mapped(FAILS, source!), { name });
    const error = await assertRejects(() => way.ask("/fail", {}, id));
    assert(
      readableStack(error).includes(`${shown}:5:26`),
      readableStack(error),
    );
  }
});
