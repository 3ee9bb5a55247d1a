import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { PluginError } from "../../src/shared/errors.ts";
import { Decoder } from "../../src/sandbox/wire/decoder.ts";
import { Encoder } from "../../src/sandbox/wire/encoder.ts";
import { packBlobs } from "../../src/sandbox/wire/packed_blob.ts";

function roundTrip(value: unknown): unknown {
  return new Decoder(new Encoder(0).encode(value)).decode();
}

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: false,
  withNullPrototype: false,
});

Deno.test("Decoder reads what Encoder wrote as structuredClone() would", () => {
  fc.assert(fc.property(anything, (value) => {
    assertEquals(roundTrip(value), structuredClone(value));
  }));
});

Deno.test("Decoder refuses arbitrary bytes without failing otherwise", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        new Decoder(bytes).decode();
      } catch (error) {
        assert(error instanceof PluginError, Deno.inspect(error));
      }
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("Decoder refuses a message that was cut or changed", () => {
  fc.assert(
    fc.property(anything, fc.nat(), fc.nat(255), (value, at, byte) => {
      const bytes = new Encoder(0).encode({ value });
      bytes[at % bytes.length] = byte;
      const cut = bytes.subarray(0, at % bytes.length);
      for (const broken of [bytes, cut]) {
        try {
          new Decoder(broken).decode();
        } catch (error) {
          assert(error instanceof PluginError, Deno.inspect(error));
        }
      }
    }),
  );
});

Deno.test("Encoder keeps what JSON loses", () => {
  const loop: { self?: unknown } = {};
  loop.self = loop;
  const copy = roundTrip({
    list: [undefined, NaN, -0, -Infinity, 2 ** 53, 1n << 80n],
    pattern: /a+/gi,
    buffer: new Uint16Array([1, 2]),
    loop,
  }) as Record<string, unknown>;
  assertEquals(copy.list, [undefined, NaN, -0, -Infinity, 2 ** 53, 1n << 80n]);
  assertEquals(copy.pattern, /a+/gi);
  assertEquals(copy.buffer, new Uint16Array([1, 2]));
  assert((copy.loop as { self: unknown }).self === copy.loop);
});

Deno.test("Encoder keeps the class, the cause and the code of an error", () => {
  const cause = new RangeError("too far");
  const error = Object.assign(new TypeError("no", { cause }), { code: "E1" });
  const copy = roundTrip(error) as TypeError & { code: string };
  assert(copy instanceof TypeError && copy.cause instanceof RangeError);
  assertEquals([copy.message, copy.code, copy.stack], [
    "no",
    "E1",
    error.stack,
  ]);
});

Deno.test("Encoder keeps the errors of an AggregateError", () => {
  const copy = roundTrip(new AggregateError([new Error("a")], "all"));
  assertEquals((copy as AggregateError).errors[0].message, "a");
  assertEquals((copy as Error).name, "AggregateError");
});

Deno.test("Decoder makes __proto__ a property", () => {
  const copy = roundTrip(JSON.parse('{"__proto__":{"polluted":1}}')) as object;
  assert(Object.hasOwn(copy, "__proto__"));
  assertEquals(Object.getPrototypeOf(copy), Object.prototype);
});

Deno.test("Encoder keeps a form with its files", async () => {
  const form = new FormData();
  form.append("name", "kettle");
  form.append("file", new File(["text"], "a.txt", { type: "text/plain" }));
  await packBlobs(form);
  const copy = roundTrip(form) as FormData;
  const file = copy.get("file") as File;
  assertEquals(copy.get("name"), "kettle");
  assertEquals([file.name, file.type, await file.text()], [
    "a.txt",
    "text/plain",
    "text",
  ]);
});

for (
  const [what, value] of Object.entries({
    "a function": { fn() {} },
    "a symbol": [Symbol("x")],
    "a promise": Promise.resolve(),
    "a stream without a pipe": new ReadableStream(),
    "20 MB": new Uint8Array(20_000_000),
    "a million levels": nested(),
  })
) {
  Deno.test(`Encoder refuses ${what}`, () => {
    const error = assertThrows(() => roundTrip(value), PluginError);
    assertEquals(error.code, "ACTION_FAILED");
  });
}

function nested(): unknown[] {
  let list: unknown[] = [];
  for (let level = 0; level < 1_000_000; level++) list = [list];
  return list;
}

Deno.test("Decoder charges a reference what its target cost", () => {
  let shared: unknown = Array(1_000).fill(1);
  for (let level = 0; level < 30; level++) shared = [shared, shared];
  const bytes = new Encoder(0).encode(shared);
  assert(bytes.length < 5_000);
  assertThrows(
    () => new Decoder(bytes, { budget: 1_000_000 }).decode(),
    PluginError,
    "it costs too much",
  );
});

Deno.test("Decoder refuses a value that is part of itself, where it has a budget", () => {
  const loop: unknown[] = [];
  loop.push([loop]);
  const bytes = new Encoder(0).encode(loop);
  assertThrows(
    () => new Decoder(bytes, { budget: 1_000 }).decode(),
    PluginError,
    "part of itself",
  );
});

Deno.test("Decoder reads strings with lone surrogates as they were", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.nat(), (text, at) => {
    const cut = text.slice(at % (text.length + 1));
    assertEquals(roundTrip([cut, "\udc00a"]), [cut, "\udc00a"]);
  }));
});

Deno.test("Decoder gives no number more digits than it may have", () => {
  const bytes = new Encoder(0).encode(1n << 40_000n);
  assertEquals(new Decoder(bytes).decode(), 1n << 40_000n);
  assertThrows(
    () => new Decoder(bytes, { budget: 1_000_000 }).decode(),
    PluginError,
    "too many digits",
  );
});
