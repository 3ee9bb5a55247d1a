/**
 * Random and mutated frames, handed to the host's end of the pipe. Whatever a
 * guest sends, nothing is thrown past its session but the error that ends it,
 * and nothing costs more than its budget. `FUZZ_RUNS` sets how many there are.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { PluginError } from "../../src/shared/errors.ts";
import { GuestDialogue } from "../../src/sandbox/host/session/dialogue.ts";
import { HeaderPolicy } from "../../src/sandbox/host/call/header_policy.ts";
import { MAX_COST } from "../../src/sandbox/wire/wire_limits.ts";
import { Decoder } from "../../src/sandbox/wire/decoder.ts";
import { Encoder } from "../../src/sandbox/wire/encoder.ts";
import { FrameSplitter } from "../../src/sandbox/wire/frames.ts";
import {
  type CallWork,
  PROTOCOL_VERSION,
  SECRET_BYTES,
} from "../../src/sandbox/wire/protocol.ts";

const RUNS = Number(Deno.env.get("FUZZ_RUNS") ?? 10_000);
const SEED = Number(Deno.env.get("FUZZ_SEED") ?? Date.now() % 2 ** 31);
const SECRET = new Uint8Array(SECRET_BYTES).fill(9);
const CALLS = 8;

/** Numbers that look like chance, and come again with the same seed. */
class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 1;
  }

  below(limit: number): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return (state >>> 0) % limit;
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  bytes(max: number): Uint8Array {
    return Uint8Array.from({ length: this.below(max) }, () => this.below(256));
  }
}

/** Values as guests send them, and some that they never should. */
function valueBy(chance: Chance, depth = 0): unknown {
  const nested = () => valueBy(chance, depth + 1);
  const list = () => Array.from({ length: chance.below(4) }, nested);
  const kinds: (() => unknown)[] = [
    () => undefined,
    () => null,
    () => chance.below(2) === 0,
    () => chance.below(1_000_000),
    () => -chance.below(1_000) / 7,
    () => "x".repeat(chance.below(40)),
    () => "\ud800",
    () => BigInt(chance.below(1_000)) ** BigInt(chance.below(20)),
    () => new Date(chance.below(2) === 0 ? NaN : 5),
    () => chance.bytes(30),
    () => new Uint16Array(chance.below(5)),
    () => /a+/g,
  ];
  const inner: (() => unknown)[] = [
    list,
    () => Object.fromEntries(list().map((it, index) => [`k${index}`, it])),
    () => new Map(list().map((it) => [it, it])),
    () => new Set(list()),
    () =>
      Object.assign(new TypeError("no", { cause: nested() }), { code: "E" }),
    () => new AggregateError(list(), "all"),
    () => {
      const shared = nested();
      return [shared, shared, [shared]];
    },
    () => new Response(null, { status: 204, headers: { "x-a": "1" } }),
    () => {
      const form = new FormData();
      form.append("a", "1");
      return form;
    },
  ];
  return chance.of(depth > 5 ? kinds : [...kinds, ...inner])();
}

/** Messages of the protocol, with values in them. */
function messageBy(chance: Chance): unknown {
  const id = chance.below(CALLS + 2);
  const answer = () =>
    new Encoder(0).encode(
      chance.of<() => unknown>([
        () => ({ kind: "value", value: valueBy(chance) }),
        () => ({ kind: "json", value: "[".repeat(chance.below(50)) }),
        () => ({ kind: "boxed", value: valueBy(chance) }),
        () => ({ kind: "bytes", view: chance.below(14) - 1 }),
        () => ({ kind: "stream", value: valueBy(chance) }),
        () => ({
          kind: "response",
          value: new Response(null, { status: 201 }),
        }),
        () => ({
          kind: "reply",
          status: chance.of([200, 99, 1_000, "x"]),
          headers: chance.of<unknown>([[], [["x-a", "1"]], [["ä", "✓"]], 5]),
          answer: { kind: "value", value: valueBy(chance) },
        }),
        () => valueBy(chance),
      ])(),
    );
  return chance.of<() => unknown>([
    () => ({ type: "ready", protocol: PROTOCOL_VERSION }),
    () => ({ type: "loaded", contributions: valueBy(chance) }),
    () => ({ type: "refused", error: valueBy(chance) }),
    () => ({ type: "step", id, index: chance.below(3), timeoutMs: 5 }),
    () => ({
      type: "reply",
      id,
      value: answer(),
      bytes: chance.of([undefined, chance.bytes(20)]),
    }),
    () => ({ type: "failure", id, value: answer() }),
    () => ({ type: "log", level: "info", text: "x".repeat(chance.below(50)) }),
    () => ({ type: "fault", error: valueBy(chance) }),
    () => ({ type: chance.of(["pong", "closed", "query", "__proto__"]) }),
    () => ({ type: chance.of(["pull", "end", "cancel"]), stream: id }),
    () => ({ type: "chunk", stream: id, bytes: chance.bytes(20) }),
    () => ({ type: "fail", stream: id, reason: "x" }),
    () => valueBy(chance),
  ])();
}

/** The bytes of a message, often broken. */
function bytesBy(chance: Chance): Uint8Array {
  if (chance.below(10) === 0) return chance.bytes(200);
  const bytes = new Encoder(0).encode(messageBy(chance));
  if (chance.below(2) === 0) return bytes;
  for (let change = chance.below(4); change > 0; change--) {
    bytes[chance.below(bytes.length)] = chance.below(256);
  }
  if (chance.below(8) === 0) {
    return bytes.subarray(0, chance.below(bytes.length));
  }
  if (chance.below(8) > 0) return bytes;
  const [from, to] = [chance.below(bytes.length), chance.below(bytes.length)];
  bytes.copyWithin(to, from, from + chance.below(30));
  return bytes;
}

function frameOf(message: Uint8Array, chance: Chance): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(4 + SECRET_BYTES + message.length);
  new DataView(frame.buffer).setUint32(0, message.length, true);
  frame.set(SECRET, 4);
  frame.set(message, 4 + SECRET_BYTES);
  if (chance.below(50) > 0) return frame;
  // A length in between would take the frames to come for its message.
  if (chance.below(2) === 0) frame[4 + chance.below(SECRET_BYTES)] = 1;
  else frame.fill(chance.of([0, 255]), 0, 4);
  return frame;
}

const CHAIN: CallWork = {
  kind: "chain",
  route: {
    path: "/",
    key: "/",
    methods: ["GET"],
    actions: ["a", "b"],
    body: "raw",
  },
  request: {
    method: "GET",
    url: "http://agent.test/",
    headers: [],
    body: null,
  },
  body: undefined,
  params: {},
};
const HOOK: CallWork = {
  kind: "hook",
  event: "on",
  payload: 1,
  extra: undefined,
};

/** One guest's end, with calls under way. */
class Session {
  readonly #dialogue: GuestDialogue;
  readonly #frames = new FrameSplitter(SECRET);

  constructor() {
    const ignore = () => {};
    this.#dialogue = new GuestDialogue(
      {
        plugin: { id: 1, name: "fuzzed", version: "1.0.0" },
        headers: new HeaderPolicy(),
        logger: { error: ignore, warn: ignore, info: ignore, debug: ignore },
        logLinesPerSecond: 1_000_000,
        onEmit: () => {},
        onFault: ignore,
        onIdle: ignore,
        ask: ignore,
        unreadMs: 0,
        write: ignore,
        end: ignore,
      } as ConstructorParameters<typeof GuestDialogue>[0],
    );
    const watch = { steps: 2, limitMs: () => 0, maxMs: Infinity };
    for (let call = 0; call < CALLS; call++) {
      const { answer } = this.#dialogue.call(call % 2 ? CHAIN : HOOK, watch);
      answer.then(this.#check, this.#check);
    }
  }

  /** What a call comes to is a value, or an error that can be told. */
  readonly #check = (outcome: unknown): void => {
    if (outcome instanceof Error) {
      assertEquals(typeof outcome.message, "string");
    }
  };

  receive(bytes: Uint8Array): void {
    this.#frames.push(bytes, (message) => this.#dialogue.receive(message));
  }

  close(): void {
    this.#dialogue.close(new PluginError("SANDBOX_CRASHED", "over"));
  }
}

/** How many parts whoever walks a value meets. */
function partsOf(value: unknown, most: number): number {
  let parts = 0;
  const waiting = [value];
  while (waiting.length > 0 && parts <= most) {
    const part = waiting.pop();
    parts++;
    if (typeof part !== "object" || part === null) continue;
    if (ArrayBuffer.isView(part) || part instanceof ArrayBuffer) continue;
    if (part instanceof Map) waiting.push(...part.keys(), ...part.values());
    else if (part instanceof Set) waiting.push(...part);
    else waiting.push(...Object.values(part));
    if (part instanceof Error) waiting.push(part.cause);
  }
  return parts;
}

function checkCost(message: Uint8Array): void {
  const decoder = new Decoder(message, { budget: MAX_COST });
  try {
    const value = decoder.decode();
    const parts = partsOf(value, MAX_COST);
    assert(parts <= decoder.spent + 1, `${parts} parts for ${decoder.spent}`);
  } catch (error) {
    assert(error instanceof PluginError, Deno.inspect(error));
  }
  assert(decoder.spent <= MAX_COST * 10, `${decoder.spent} spent`);
}

Deno.test(`GuestDialogue takes ${RUNS} frames of any kind (seed ${SEED})`, async () => {
  const chance = new Chance(SEED);
  let session = new Session();
  let [ended, longest] = [0, 0];
  for (let run = 0; run < RUNS; run++) {
    const message = bytesBy(chance);
    checkCost(message);
    const started = performance.now();
    try {
      session.receive(frameOf(message, chance));
    } catch (error) {
      assert(error instanceof PluginError, `${run}: ${Deno.inspect(error)}`);
      assertEquals([run, error.code], [run, "SANDBOX_CRASHED"]);
      session.close();
      session = new Session();
      ended++;
    }
    longest = Math.max(longest, performance.now() - started);
    // Lets what the calls came to be looked at.
    if (run % 500 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  session.close();
  await new Promise((resolve) => setTimeout(resolve));
  console.log(
    `${RUNS} frames ended ${ended} sessions; the longest took ${
      longest.toFixed(1)
    } ms`,
  );
  assert(ended > 0 && ended < RUNS);
});
