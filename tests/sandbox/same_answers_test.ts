/**
 * One table of values, sent through both ways of running a plugin: what an
 * action returns over HTTP and to a page, and what an event carries to a hook,
 * is the same from a process as inline.
 *
 * @module
 */
import { PluginHandler } from "@dockstat/plugin-handler";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { save } from "../handler/plugins.ts";

/** What actions return: source text by what it is. */
const RETURNED: Record<string, string> = {
  "nothing": "undefined",
  "null": "null",
  "true": "true",
  "a number": "1.5",
  "NaN": "NaN",
  "minus zero": "-0",
  "a big integer": "12345678901234567890n",
  "an object with big integers": "({ a: 2n ** 70n, list: [1n, -5n] })",
  "a string": "'äöü 😀'",
  "an empty string": "''",
  "a lone surrogate": "'\\ud800'",
  "an array": "[1, 'a', null, undefined, () => 1, Symbol('x'), NaN]",
  "a sparse array": "[1, , 3]",
  "an object": "({ a: 1, b: undefined, c: () => 1, d: Symbol('x'), e: null })",
  "an object without prototype": "Object.assign(Object.create(null), { a: 1 })",
  "an object with __proto__":
    'JSON.parse(\'{"__proto__": { "a": 1 }, "b": 2 }\')',
  "a date": "new Date(5)",
  "an invalid date": "new Date(NaN)",
  "dates inside": "({ at: new Date(5), list: [new Date(6)] })",
  "a URL": "new URL('http://agent.test/a?b=1')",
  "a URL inside": "({ url: new URL('http://agent.test/a') })",
  "search parameters": "new URLSearchParams('a=1&b=2')",
  "an object with toJSON": "({ toJSON: () => ({ told: true }) })",
  "toJSON that takes the key":
    "({ a: { toJSON: (key) => 'key ' + key }, list: [{ toJSON: (key) => key }] })",
  "toJSON that gives nothing": "({ toJSON: () => undefined })",
  "toJSON inside that gives nothing":
    "({ a: { toJSON: () => undefined }, b: 1 })",
  "toJSON that throws": "({ toJSON() { throw new Error('on purpose') } })",
  "an instance": "new (class Thing { a = 1; #b = 2; get c() { return 3 } })()",
  "a getter": "({ get a() { return 1 } })",
  "a getter that throws": "({ get a() { throw new Error('on purpose') } })",
  "a map": "new Map([['a', 1]])",
  "a set": "new Set([1])",
  "a map inside": "({ map: new Map([['a', 1]]), set: new Set([1]) })",
  "a pattern": "/a+/g",
  "an error":
    "Object.assign(new TypeError('no'), { code: 'E1', details: { a: 1 } })",
  "an error inside": "({ error: new Error('no') })",
  "boxed values":
    "[new Number(1), new String('a'), new Boolean(false), Object(1n)]",
  "bytes": "new Uint8Array([1, 2, 3])",
  "bytes inside":
    "({ bytes: new Uint8Array([1, 2]), more: new Uint16Array([3]), buffer: new ArrayBuffer(2) })",
  "an array buffer": "new Uint8Array([1, 2]).buffer",
  "other typed arrays": "new Uint16Array([1, 2])",
  "a view": "new DataView(new ArrayBuffer(2))",
  "a blob": "new Blob(['<b>'], { type: 'text/html' })",
  "a file": "new File(['x'], 'a.txt')",
  "a blob inside": "({ blob: new Blob(['x']) })",
  "a form":
    "(() => { const form = new FormData(); form.append('a', '1'); return form })()",
  "a function": "() => 1",
  "a symbol": "Symbol('x')",
  "a promise": "Promise.resolve({ later: true })",
  "a promise inside": "({ promise: Promise.resolve(1) })",
  "a thenable": "({ then: (resolve) => resolve('thenable') })",
  "a cycle": "(() => { const a = {}; a.self = a; return a })()",
  "a cycle in an array": "(() => { const a = []; a.push([a]); return a })()",
  "a value twice": "(() => { const a = { x: 1 }; return [a, a, { a }] })()",
  "a proxy": "new Proxy({ a: 1 }, {})",
  "a proxy of an array": "new Proxy([1, 2], {})",
  "a weak map": "new WeakMap()",
  "the global object's JSON": "JSON",
  "arguments": "(function () { return arguments })(1, 2)",
  "a generator": "(function* () { yield 1 })()",
  "600 levels":
    "(() => { let a = 1; for (let i = 0; i < 600; i++) a = [a]; return a })()",
  "10,000 rows":
    "Array.from({ length: 10_000 }, (_, id) => ({ id, name: 'row ' + id, ok: true }))",
  "a response":
    "new Response('teapot', { status: 418, headers: { 'x-a': 'b', 'content-type': 'text/x' } })",
  "a response of JSON": "Response.json({ a: 1 }, { status: 201 })",
  "a response without a body": "new Response(null, { status: 204 })",
  "a response of bytes": "new Response(new Uint8Array([1, 2]))",
  "a redirect": "Response.redirect('http://agent.test/x', 303)",
  "a response inside": "({ response: new Response('x') })",
  "Response.error()": "Response.error()",
  "a response that was read":
    "(async () => { const r = new Response('x'); await r.text(); return r })()",
  "a response that is being read":
    "(() => { const r = new Response('x'); r.body.getReader(); return r })()",
  "a stream of text":
    "new ReadableStream({ start(out) { out.enqueue('a'); out.enqueue('ä'); out.close() } })",
  "a stream of bytes":
    "new ReadableStream({ start(out) { out.enqueue(new Uint8Array([65])); out.close() } })",
  "a stream of objects":
    "new ReadableStream({ start(out) { out.enqueue({ a: 1 }); out.close() } })",
  "an empty stream": "new ReadableStream({ start(out) { out.close() } })",
  "a stream that is being read":
    "(() => { const s = new ReadableStream(); s.getReader(); return s })()",
  "an async iterable of objects":
    "(async function* () { yield { n: 1 }; yield { n: 2n } })()",
  "an async iterable of text":
    "(async function* () { yield 'a'; yield 'b' })()",
  "an async iterable of bytes":
    "(async function* () { yield new Uint8Array([65]) })()",
  "an empty async iterable": "(async function* () {})()",
  "an async iterable that throws":
    "(async function* () { throw new Error('on purpose') })()",
  "a reply":
    "reply({ id: 7 }, { status: 201, headers: { location: '/items/7' } })",
  "a reply of nothing": "reply(undefined, { status: 202 })",
  "a reply without a body": "reply({ a: 1 }, { status: 204 })",
  "a reply of text": "reply('text', { headers: { 'content-type': 'text/x' } })",
  "a reply of a stream":
    "reply(new ReadableStream({ start(out) { out.enqueue('a'); out.close() } }), { status: 201 })",
  "a reply of an iterable":
    "reply((async function* () { yield { n: 1 } })(), { status: 201 })",
  "a reply of a response":
    "reply(new Response('a', { headers: { 'x-a': '1', 'x-b': '1' } }), { status: 201, headers: { 'x-b': '2' } })",
  "a reply of a reply":
    "reply(reply('a', { status: 201 }), { headers: { 'x-a': '1' } })",
  "a reply of a cycle":
    "(() => { const a = {}; a.self = a; return reply(a) })()",
  "a reply with a status out of range": "reply('a', { status: 700 })",
  "a reply with a header that is none":
    "reply('a', { headers: { 'x-a': '✓' } })",
  "stop with a reply": "stop(reply({ no: true }, { status: 403 }))",
  "stop with nothing": "stop()",
  "stop with a response": "stop(new Response('no', { status: 403 }))",
  "stop that is caught":
    "(() => { try { stop('stopped') } catch {} return 'returned' })()",
  "a thrown response": "(() => { throw new Response('thrown') })()",
  "a thrown string": "(() => { throw 'text' })()",
  "a thrown undefined": "(() => { throw undefined })()",
  "a rejection": "Promise.reject(new RangeError('too far'))",
};

/** Answers of the two ways differ in what guards the agent's origin alone. */
const GUARDS = ["content-security-policy", "x-content-type-options"];

const NAMES = Object.keys(RETURNED);

const PLUGIN = `
  const reply = (value, init) =>
    Object.freeze({ [Symbol.for("@dockstat/plugin-handler/reply")]: true, value, ...init });
  const actions = { ${
  NAMES.map((name, index) => `a${index}: ({ stop }) => (${RETURNED[name]})`)
    .join(",\n")
} };
  const seen = [];
  const describe = (value) => Deno.inspect(value, { depth: 10, sorted: true });
  actions.seen = () => seen.splice(0);
  export default {
    config: {
      actions,
      apiRoutes: Object.fromEntries(Object.keys(actions).map((name) => ["/" + name,
        { method: ["GET", "POST"], actions: [name] }])),
      frontend: { routes: [{ path: "/", template: {},
        loaders: Object.keys(actions).map((id) => ({ id, apiRoute: "/" + id })) }] },
    },
    events: { onThing: (payload, context) => {
      seen.push(describe(payload instanceof Object ? { ...payload } : payload)) } },
  };`;

/** A handler whose plugin runs in one of the two ways. */
async function open(isolation: "inline" | "process") {
  const handler = new PluginHandler(":memory:", {
    isolation,
    quarantineAfter: 0,
  });
  const id = save(handler, "values", PLUGIN);
  await handler.loadPlugin(id);
  return { handler, id };
}

async function answerOf(
  { handler, id }: Awaited<ReturnType<typeof open>>,
  index: number,
  init: RequestInit,
) {
  const url = `http://agent.test/plugins/${id}/routes/a${index}`;
  const response = await handler.fetch(new Request(url, init));
  const headers = Object.fromEntries(
    [...response.headers].filter(([name]) => !GUARDS.includes(name)),
  );
  const body = await response.bytes().then(
    (bytes) => new TextDecoder().decode(bytes),
    (error) => `broken: ${error.code}`,
  );
  return { status: response.status, headers, body };
}

const REQUESTS: Record<string, RequestInit> = {
  "GET": {},
  "HEAD": { method: "HEAD" },
  "an event stream": { headers: { accept: "text/event-stream" } },
  "POST": { method: "POST", body: "{}" },
};

Deno.test("fetch() answers the same from a process as inline", async (t) => {
  const [inline, process] = [await open("inline"), await open("process")];
  for (const [index, name] of NAMES.entries()) {
    await t.step(name, async () => {
      for (const [what, init] of Object.entries(REQUESTS)) {
        const expected = await answerOf(inline, index, init);
        const answer = await answerOf(process, index, init);
        assertEquals([what, answer], [what, expected]);
        assertMatch(String(answer.status), /^[2345]/);
        // Nothing is answered by whoever did not decide it.
        if (answer.status >= 500 && init.method !== "HEAD") {
          const { code, action } = JSON.parse(answer.body);
          assertEquals([code, action], ["ACTION_FAILED", `a${index}`]);
        }
      }
    });
  }
  await inline.handler.close();
  await process.handler.close();
});

Deno.test("executeRouteLoaders() loads the same from a process as inline", async (t) => {
  const [inline, process] = [await open("inline"), await open("process")];
  const load = async ({ handler, id }: Awaited<ReturnType<typeof open>>) =>
    (await handler.executeRouteLoaders(id, "/")).results;
  const [expected, loaded] = [await load(inline), await load(process)];
  for (const [index, name] of NAMES.entries()) {
    await t.step(name, () => {
      const [one, other] = [expected[index]!, loaded[index]!];
      assertEquals(other.success, one.success, other.error);
      assertEquals(
        JSON.stringify(other.data, plain),
        JSON.stringify(one.data, plain),
      );
    });
  }
  await inline.handler.close();
  await process.handler.close();
});

function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}

/** What events carry. */
const PAYLOADS: Record<string, unknown> = {
  "nothing": undefined,
  "null": null,
  "a string": "text",
  "a number": 1,
  "an object": { a: 1, list: [1, { b: 2n }], none: undefined },
  "a date": { at: new Date(5) },
  "a map": { map: new Map([["a", new Set([1])]]) },
  "bytes": { bytes: new Uint8Array([1, 2]) },
  "an error": { message: new Error("no").message },
  "a cycle": (() => {
    const a: Record<string, unknown> = {};
    a.self = { back: a };
    return a;
  })(),
  "an array": [1, 2, 3],
};

Deno.test("emit() hands the same payload to a process as inline", async (t) => {
  const ways = [await open("inline"), await open("process")];
  for (const [name, payload] of Object.entries(PAYLOADS)) {
    await t.step(name, async () => {
      const seen = [];
      for (const { handler, id } of ways) {
        await handler.emit("onThing" as never, payload as never);
        const request = new Request("http://agent.test/seen");
        seen.push(await handler.handleRoute(id, "/seen", request));
      }
      assertEquals(seen[1], seen[0]);
      assert((seen[0] as unknown[]).length === 1);
    });
  }
  for (const { handler } of ways) await handler.close();
});
