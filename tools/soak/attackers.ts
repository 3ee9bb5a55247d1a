/**
 * The bad plugins of the soak: each action is an attack on the host that was
 * found to work once, written as ordinary plugin code.
 *
 * @module
 */

/** A value of a few hundred bytes that is a tree of 2^40 leaves. */
const TREE = `(() => {
  const leaf = {};
  for (let i = 0; i < 1000; i++) leaf["k" + i] = undefined;
  let a = [leaf];
  for (let i = 0; i < 40; i++) a = [a, a];
  return a;
})()`;

/** The attacks by name: the body of an action that gets its context. */
export const ATTACKS: Readonly<Record<string, string>> = {
  "a reply that is a tree": `return ${TREE};`,
  "an error whose issues are a tree":
    `throw Object.assign(new Error("x"), { name: "ValidationError", issues: ${TREE} });`,
  "millions of errors":
    `return Array.from({ length: 300_000 }, () => new Error("e"));`,
  "a stack of data addresses":
    `const e = new Error("x"); e.stack = "data:".repeat(40_000); throw e;`,
  "a flood of log lines":
    `for (let i = 0; i < 2_000; i++) console.log("x".repeat(50_000)); return 1;`,
  "a statement that never ends":
    `const big = JSON.stringify(Array.from({ length: 2_000 }, (_, i) => i));
     return table.selectRaw("count(*) AS n FROM json_each('" + big + "') a, json_each('" + big + "') b, json_each('" + big + "') c").all();`,
  "an endless loop": `for (;;);`,
  "memory without end":
    `const all = []; for (;;) all.push(new Array(100_000).fill(1.5));`,
  "streams that nobody reads":
    `return new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(65_536)); } });`,
};

/** The code of a plugin that attacks in one way. */
export function attackerCode(index: number, body: string): string {
  return `export default {
    config: {
      table: {
        name: "attacker_${index}",
        columns: { id: { type: "INTEGER", primaryKey: true }, v: { type: "TEXT" } },
      },
      apiRoutes: { "/attack": { method: "POST", actions: ["attack"] } },
      actions: { attack: async ({ table }) => { ${body} } },
    },
  };`;
}

/** The code of a plugin that does its work. */
export function healthyCode(index: number): string {
  return `export default {
    config: {
      table: {
        name: "healthy_${index}",
        columns: { id: { type: "INTEGER", primaryKey: true }, v: { type: "INTEGER" } },
      },
      apiRoutes: { "/work": { method: "POST", actions: ["work"] } },
      actions: {
        work: ({ table, body }) => {
          table.upsert({ id: 1, v: body.n });
          return { twice: table.where({ id: 1 }).first().v * 2 };
        },
      },
    },
  };`;
}
