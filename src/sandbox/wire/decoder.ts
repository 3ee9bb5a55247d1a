/**
 * Turns bytes back into values. The bytes may come from code that nobody
 * trusts: every length is checked, nesting is limited, and a property named
 * `__proto__` becomes a property.
 *
 * @module
 */
import { ByteReader, malformed } from "./byte_reader.ts";
import { ERRORS, MAX_DEPTH, TAG, VIEWS } from "./codec_tags.ts";

/** Opens the receiving end of a stream by its number. */
export type ReceiveStream = (id: number) => ReadableStream<Uint8Array>;

const define = Object.defineProperty;

/** Reads one value from bytes. */
export class Decoder {
  readonly #in: ByteReader;
  readonly #known: object[] = [];
  readonly #receive: ReceiveStream | undefined;
  #depth = 0;

  /**
   * @param bytes One encoded value, and nothing behind it.
   * @param receive What opens streams; without it they are refused.
   */
  constructor(bytes: Uint8Array, receive?: ReceiveStream) {
    this.#in = new ByteReader(bytes);
    this.#receive = receive;
  }

  /**
   * Decodes the value.
   *
   * @returns The value.
   * @throws {PluginError} `SANDBOX_CRASHED` where the bytes are not a value.
   */
  decode(): unknown {
    const value = this.#value();
    this.#in.finish();
    return value;
  }

  #value(): unknown {
    const tag = this.#in.byte();
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
        return this.#in.text();
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
    const value = this.#object(tag);
    this.#depth--;
    return value;
  }

  #object(tag: number): unknown {
    switch (tag) {
      case TAG.array:
        return this.#array();
      case TAG.object:
        return this.#record(this.#know({}));
      case TAG.bytes:
        return this.#know(this.#in.slice());
      case TAG.date:
        return this.#know(new Date(this.#in.float()));
      case TAG.map:
        return this.#map();
      case TAG.set:
        return this.#set();
      case TAG.error:
        return this.#error();
      default:
        return this.#platformObject(tag);
    }
  }

  #platformObject(tag: number): unknown {
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
        return this.#form();
      case TAG.blob:
        return this.#blob();
      default:
        throw malformed(`${tag} is no kind of value`);
    }
  }

  #array(): unknown[] {
    const count = this.#in.count(1);
    const list: unknown[] = this.#know([]);
    for (let index = 0; index < count; index++) list.push(this.#value());
    return list;
  }

  #record(target: Record<string, unknown>): Record<string, unknown> {
    const count = this.#in.count(2);
    for (let index = 0; index < count; index++) {
      const key = this.#in.text();
      const value = this.#value();
      if (key === "__proto__") own(target, key, value);
      else target[key] = value;
    }
    return target;
  }

  #map(): Map<unknown, unknown> {
    const count = this.#in.count(2);
    const map = this.#know(new Map<unknown, unknown>());
    for (let index = 0; index < count; index++) {
      const key = this.#value();
      map.set(key, this.#value());
    }
    return map;
  }

  #set(): Set<unknown> {
    const count = this.#in.count(1);
    const set = this.#know(new Set<unknown>());
    for (let index = 0; index < count; index++) set.add(this.#value());
    return set;
  }

  #error(): Error {
    const slot = this.#known.push(PENDING) - 1;
    const name = this.#in.text();
    const message = this.#in.text();
    const stack = this.#in.text();
    const error = new (ERRORS[name] ?? Error)(message);
    this.#known[slot] = error;
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
    const slot = this.#known.push(PENDING) - 1;
    const kind = this.#in.byte();
    if (this.#in.byte() !== TAG.bytes) throw malformed("a buffer has no bytes");
    const bytes = this.#in.slice();
    const View = VIEWS[kind - 1];
    if (kind > VIEWS.length) throw malformed(`${kind} is no kind of buffer`);
    return this.#known[slot] = View === undefined
      ? bytes.buffer
      : attempt("a buffer", () => new View(bytes.buffer));
  }

  #regexp(): RegExp {
    const source = this.#in.text();
    const flags = this.#in.text();
    return this.#know(attempt("a pattern", () => new RegExp(source, flags)));
  }

  #stream(): ReadableStream<Uint8Array> {
    if (this.#receive === undefined) throw malformed("a stream is not welcome");
    return this.#know(this.#receive(this.#in.varint()));
  }

  #response(): Response {
    const slot = this.#known.push(PENDING) - 1;
    const status = this.#in.varint();
    const statusText = this.#in.text();
    const headers = this.#value() as [string, string][];
    const body = this.#value();
    if (body !== null && !(body instanceof ReadableStream)) {
      throw malformed("the body of a response is no stream");
    }
    const response = attempt(
      "a response",
      () => new Response(body, { status, statusText, headers }),
    );
    return this.#known[slot] = response;
  }

  #form(): FormData {
    const count = this.#in.count(2);
    const form = this.#know(new FormData());
    for (let index = 0; index < count; index++) {
      const name = String(this.#value());
      const value = this.#value();
      if (value instanceof Blob) form.append(name, value);
      else form.append(name, String(value));
    }
    return form;
  }

  #blob(): Blob {
    const slot = this.#known.push(PENDING) - 1;
    const type = this.#in.text();
    const name = this.#value();
    const lastModified = this.#in.float();
    if (this.#in.byte() !== TAG.bytes) throw malformed("a blob has no bytes");
    const parts = [this.#in.slice()];
    return this.#known[slot] = typeof name === "string"
      ? new File(parts, name, { type, lastModified })
      : new Blob(parts, { type });
  }

  #bigint(): bigint {
    const digits = this.#in.text();
    return attempt(
      "a number",
      () =>
        digits.startsWith("-")
          ? -BigInt(`0x${digits.slice(1)}`)
          : BigInt(`0x${digits}`),
    );
  }

  #reference(): unknown {
    const value = this.#known[this.#in.varint()];
    if (value === undefined || value === PENDING) {
      throw malformed("it refers to a value that is not there");
    }
    return value;
  }

  #know<V extends object>(value: V): V {
    this.#known.push(value);
    return value;
  }
}

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
