/**
 * Turns bytes back into values. The bytes may come from code that nobody
 * trusts: every length is checked, nesting is limited, a property named
 * `__proto__` becomes a property, and all of it together may cost no more than
 * a budget. A few hundred bytes can name a value that takes years to walk: a
 * reference costs again what its target cost, since whoever walks the value
 * meets it again.
 *
 * @module
 */
import { ByteReader, malformed } from "./byte_reader.ts";
import { checkedHeaders } from "./checked_headers.ts";
import {
  COST,
  COST_OF_KIND,
  ELEMENT_BYTES,
  ERRORS,
  TAG,
  VIEWS,
} from "./codec_tags.ts";
import { MAX_DEPTH } from "./wire_limits.ts";
import { CostMeter } from "./cost_meter.ts";

/** Opens the receiving end of a stream by its number. */
export type ReceiveStream = (id: number) => ReadableStream<Uint8Array>;

/** How a message is read. */
export interface DecoderOptions {
  /**
   * Opens streams.
   *
   * @default streams are refused
   */
  readonly receive?: ReceiveStream;
  /**
   * What the value may cost, in the units of {@linkcode COST}. With a budget,
   * a value may not be part of itself either: it would cost without end.
   *
   * @default no limit, for what a trusted end has sent
   */
  readonly budget?: number;
  /**
   * Whether the value may be written as JSON, where bytes become an object.
   *
   * @default false
   */
  readonly isData?: boolean;
}

const define = Object.defineProperty;

/** Reads one value from bytes. */
export class Decoder {
  readonly #in: ByteReader;
  readonly #known: object[] = [];
  /** What each of them cost; -1 while it is being read. */
  readonly #costs: number[] = [];
  readonly #receive: ReceiveStream | undefined;
  readonly #cost: CostMeter;
  #depth = 0;

  /**
   * @param bytes One encoded value, and nothing behind it.
   * @param options What opens streams, and what the value may cost.
   */
  constructor(bytes: Uint8Array, options: DecoderOptions = {}) {
    this.#in = new ByteReader(bytes);
    this.#receive = options.receive;
    const { budget = Infinity, isData = false } = options;
    this.#cost = new CostMeter(budget, isData);
  }

  /** What was spent so far. */
  get spent(): number {
    return this.#cost.spent;
  }

  /**
   * Decodes the value.
   *
   * @throws {PluginError} `SANDBOX_CRASHED` where the bytes are not a value.
   */
  decode(): unknown {
    const value = this.#value();
    this.#in.finish();
    return value;
  }

  #value(): unknown {
    const tag = this.#in.byte();
    this.#cost.spend(COST.part);
    switch (tag) {
      case TAG.undefined:
        return undefined;
      case TAG.null:
        return null;
      case TAG.true:
        return true;
      case TAG.false:
        return false;
      case TAG.integer:
        return this.#in.varint();
      case TAG.number:
        return this.#in.float();
      case TAG.string:
        return this.#text();
      case TAG.utf16:
        return this.#utf16();
      case TAG.bigint:
        return this.#bigint();
      case TAG.reference:
        return this.#reference();
      default:
        return this.#nested(tag);
    }
  }

  #nested(tag: number): unknown {
    if (++this.#depth > MAX_DEPTH) throw malformed("it is nested too deep");
    const slot = this.#known.push(PENDING) - 1;
    const before = this.#cost.spent;
    this.#costs.push(-1);
    this.#cost.spend(COST_OF_KIND[tag] ?? 0);
    const value = this.#object(tag, slot);
    this.#costs[slot] = this.#cost.spent - before;
    this.#depth--;
    return value;
  }

  #object(tag: number, slot: number): object {
    switch (tag) {
      case TAG.array:
        return this.#array(slot);
      case TAG.object:
        return this.#record(this.#know(slot, {}));
      case TAG.bytes:
        return this.#know(slot, this.#bytes());
      case TAG.date:
        return this.#know(slot, new Date(this.#in.float()));
      case TAG.map:
        return this.#map(slot);
      case TAG.set:
        return this.#set(slot);
      case TAG.error:
        return this.#error(slot);
      default:
        return this.#know(slot, this.#platformObject(tag, slot));
    }
  }

  #platformObject(tag: number, slot: number): object {
    switch (tag) {
      case TAG.view:
        return this.#buffer();
      case TAG.regexp:
        return this.#regexp();
      case TAG.stream:
        return this.#stream();
      case TAG.response:
        return this.#response();
      case TAG.form:
        return this.#form(slot);
      case TAG.blob:
        return this.#blob();
      default:
        throw malformed(`${tag} is no kind of value`);
    }
  }

  #array(slot: number): unknown[] {
    const count = this.#in.count(1);
    const list: unknown[] = this.#know(slot, []);
    for (let index = 0; index < count; index++) list.push(this.#value());
    return list;
  }

  #record(target: Record<string, unknown>): Record<string, unknown> {
    const count = this.#in.count(2);
    for (let index = 0; index < count; index++) {
      const key = this.#text();
      this.#cost.key(key, index, this.#depth);
      const value = this.#value();
      if (key === "__proto__") own(target, key, value);
      else target[key] = value;
    }
    return target;
  }

  #map(slot: number): Map<unknown, unknown> {
    const count = this.#in.count(2);
    const map = this.#know(slot, new Map<unknown, unknown>());
    for (let index = 0; index < count; index++) {
      const key = this.#value();
      this.#cost.entry(key, index);
      map.set(key, this.#value());
    }
    return map;
  }

  #set(slot: number): Set<unknown> {
    const count = this.#in.count(1);
    const set = this.#know(slot, new Set<unknown>());
    for (let index = 0; index < count; index++) {
      const item = this.#value();
      this.#cost.entry(item, index);
      set.add(item);
    }
    return set;
  }

  #error(slot: number): Error {
    const name = this.#text();
    const message = this.#text();
    const stack = this.#text();
    const error = new (ERRORS[name] ?? Error)(message);
    this.#know(slot, error);
    const cause = this.#value();
    const errors = this.#value();
    if (error.name !== name) own(error, "name", name, false);
    own(error, "stack", stack, false);
    if (cause !== undefined) own(error, "cause", cause, false);
    if (Array.isArray(errors)) own(error, "errors", errors, false);
    const rest = this.#record(Object.create(null));
    for (const key of Object.keys(rest)) own(error, key, rest[key]);
    return error;
  }

  #buffer(): object {
    const kind = this.#in.byte();
    if (this.#in.byte() !== TAG.bytes) throw malformed("a buffer has no bytes");
    const View = VIEWS[kind - 1];
    if (kind > VIEWS.length) throw malformed(`${kind} is no kind of buffer`);
    const bytes = this.#bytes(ELEMENT_BYTES[kind]);
    return View === undefined
      ? bytes.buffer
      : attempt("a buffer", () => new View(bytes.buffer));
  }

  #regexp(): RegExp {
    const source = this.#text();
    const flags = this.#text();
    return attempt("a pattern", () => new RegExp(source, flags));
  }

  #stream(): ReadableStream<Uint8Array> {
    if (this.#receive === undefined) throw malformed("a stream is not welcome");
    return this.#receive(this.#in.varint());
  }

  #response(): Response {
    const status = this.#in.varint();
    const statusText = this.#text();
    const headers = checkedHeaders(this.#value());
    const body = this.#value();
    if (body !== null && !(body instanceof ReadableStream)) {
      throw malformed("the body of a response is no stream");
    }
    return attempt(
      "a response",
      () => new Response(body, { status, statusText, headers }),
    );
  }

  #form(slot: number): FormData {
    const count = this.#in.count(2);
    const form = this.#know(slot, new FormData());
    for (let index = 0; index < count; index++) {
      this.#cost.spend(COST.field);
      const name = String(this.#value());
      const value = this.#value();
      if (value instanceof Blob) form.append(name, value);
      else form.append(name, String(value));
    }
    return form;
  }

  #blob(): Blob {
    const type = this.#text();
    const name = this.#value();
    const lastModified = this.#in.float();
    if (this.#in.byte() !== TAG.bytes) throw malformed("a blob has no bytes");
    // Nobody writes it as JSON.
    const parts = [this.#in.slice()];
    return typeof name === "string"
      ? new File(parts, name, { type, lastModified })
      : new Blob(parts, { type });
  }

  #utf16(): string {
    const bytes = this.#in.slice();
    if (bytes.length % 2 !== 0) throw malformed("half a character is left");
    // By its units each: the decoder would replace what is no text.
    this.#cost.spend(bytes.length * 3);
    let text = "";
    for (const unit of new Uint16Array(bytes.buffer)) {
      text += String.fromCharCode(unit);
    }
    return text;
  }

  #bigint(): bigint {
    this.#cost.bigint();
    const digits = this.#text();
    // To write it in decimal costs more than its length.
    if (digits.length > MAX_DIGITS && this.#cost.isLimited) {
      throw malformed("a number has too many digits");
    }
    return attempt(
      "a number",
      () =>
        digits.startsWith("-")
          ? -BigInt(`0x${digits.slice(1)}`)
          : BigInt(`0x${digits}`),
    );
  }

  #reference(): unknown {
    const slot = this.#in.varint();
    const value = this.#known[slot];
    if (value === undefined || value === PENDING) {
      throw malformed("it refers to a value that is not there");
    }
    const cost = this.#costs[slot]!;
    if (cost < 0 && this.#cost.isLimited) {
      throw malformed("it holds a value that is part of itself");
    }
    this.#cost.spend(Math.max(0, cost));
    return value;
  }

  #text(): string {
    const text = this.#in.text();
    this.#cost.text(text);
    return text;
  }

  #bytes(elementBytes = 1): Uint8Array<ArrayBuffer> {
    const bytes = this.#in.slice();
    this.#cost.bytes(bytes.length, bytes.length / elementBytes);
    return bytes;
  }

  #know<V extends object>(slot: number, value: V): V {
    this.#known[slot] = value;
    return value;
  }
}

/** More digits, to the base of 16, have no number that a plugin sends. */
const MAX_DIGITS = 4_096;

/** Stands for a value that is still being read. */
const PENDING = Object.freeze({});

function own(
  target: object,
  key: string,
  value: unknown,
  enumerable = true,
): void {
  define(target, key, {
    value,
    enumerable,
    writable: true,
    configurable: true,
  });
}

function attempt<V>(what: string, make: () => V): V {
  try {
    return make();
  } catch (cause) {
    throw malformed(`${what} cannot be made of it`, cause);
  }
}
