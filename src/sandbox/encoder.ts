/**
 * Turns values into bytes with the meaning of the structured clone algorithm,
 * and beyond it streams, responses and forms, which cross as themselves.
 *
 * @module
 */
import { messageOf, PluginError } from "../errors.ts";
import { MAX_DEPTH, MAX_MESSAGE_BYTES, TAG, VIEWS } from "./codec_tags.ts";
import { packedBytes } from "./packed_blob.ts";

/** Takes a stream over, and gives the number under which it is sent. */
export type SendStream = (stream: ReadableStream<Uint8Array>) => number;

const INITIAL_BYTES = 1024;
/** Up to this length, copying characters one by one beats the text encoder. */
const SHORT_TEXT = 24;
const text = new TextEncoder();
const encodeInto = text.encodeInto.bind(text);
const toString = Object.prototype.toString;

/** Turns one value into bytes. */
export class Encoder {
  #bytes = new Uint8Array(INITIAL_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #length: number;
  #depth = 0;
  #seen: Map<object, number> | undefined;
  #count = 0;
  readonly #send: SendStream | undefined;

  /**
   * @param headroom How many bytes to leave free in front, for a header.
   * @param send What takes streams over; without it they are refused.
   */
  constructor(headroom: number, send?: SendStream) {
    this.#length = headroom;
    this.#send = send;
  }

  /**
   * Encodes a value.
   *
   * @param value The value.
   * @returns The headroom and the encoded value.
   * @throws {PluginError} `ACTION_FAILED` where it holds a function, a symbol,
   * a promise or a used body, is nested too deep or is too large.
   */
  encode(value: unknown): Uint8Array<ArrayBuffer> {
    this.#value(value);
    if (this.#length > MAX_MESSAGE_BYTES) throw tooLarge();
    return this.#bytes.subarray(0, this.#length);
  }

  #value(value: unknown): void {
    switch (typeof value) {
      case "undefined":
        return this.#byte(TAG.undefined);
      case "boolean":
        return this.#byte(value ? TAG.true : TAG.false);
      case "number":
        return this.#number(value);
      case "string":
        this.#byte(TAG.string);
        return this.#text(value);
      case "bigint":
        this.#byte(TAG.bigint);
        return this.#text(value.toString(16));
      case "object":
        return value === null ? this.#byte(TAG.null) : this.#object(value);
      default:
        throw refused(`a ${typeof value} cannot leave its process`);
    }
  }

  #number(value: number): void {
    if (Number.isInteger(value) && value >= 0 && value < 0x80000000) {
      if (!Object.is(value, -0)) {
        this.#byte(TAG.integer);
        return this.#varint(value);
      }
    }
    this.#byte(TAG.number);
    this.#float(value);
  }

  #object(value: object): void {
    const seen = this.#seen ??= new Map();
    const known = seen.get(value);
    if (known !== undefined) {
      this.#byte(TAG.reference);
      return this.#varint(known);
    }
    seen.set(value, this.#count++);
    if (++this.#depth > MAX_DEPTH) {
      throw refused(`it is nested deeper than ${MAX_DEPTH} levels`);
    }
    if (Array.isArray(value)) this.#array(value);
    else if (isPlain(value)) this.#record(value as Record<string, unknown>);
    else this.#instance(value);
    this.#depth--;
  }

  #array(value: readonly unknown[]): void {
    this.#byte(TAG.array);
    this.#varint(value.length);
    for (let index = 0; index < value.length; index++) {
      this.#value(value[index]);
    }
  }

  #record(value: Record<string, unknown>): void {
    this.#byte(TAG.object);
    this.#fields(value);
  }

  #fields(value: Record<string, unknown>): void {
    const keys = Object.keys(value);
    this.#varint(keys.length);
    for (const key of keys) {
      this.#text(key);
      this.#value(value[key]);
    }
  }

  #instance(value: object): void {
    if (value instanceof Error) return this.#error(value);
    if (value instanceof Uint8Array) return this.#blob(TAG.bytes, value);
    if (value instanceof ReadableStream) return this.#stream(value);
    if (value instanceof Response) return this.#response(value);
    if (value instanceof Blob) return this.#file(value);
    if (value instanceof FormData) return this.#entries(TAG.form, [...value]);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
      return this.#buffer(value);
    }
    this.#builtIn(value);
  }

  #builtIn(value: object): void {
    switch (toString.call(value)) {
      case "[object Date]":
        this.#byte(TAG.date);
        return this.#float(Number(value));
      case "[object Map]":
        return this.#entries(TAG.map, [...value as Map<unknown, unknown>]);
      case "[object Set]":
        return this.#set(value as Set<unknown>);
      case "[object RegExp]":
        this.#byte(TAG.regexp);
        this.#text((value as RegExp).source);
        return this.#text((value as RegExp).flags);
      case "[object Promise]":
        throw refused("a promise cannot leave its process");
      default:
        return this.#record(value as Record<string, unknown>);
    }
  }

  #entries(
    tag: number,
    entries: readonly (readonly [unknown, unknown])[],
  ): void {
    this.#byte(tag);
    this.#varint(entries.length);
    for (const [key, value] of entries) {
      this.#value(key);
      this.#value(value);
    }
  }

  #set(value: Set<unknown>): void {
    this.#byte(TAG.set);
    this.#varint(value.size);
    for (const item of value) this.#value(item);
  }

  #error(error: Error): void {
    this.#byte(TAG.error);
    this.#text(String(error.name));
    this.#text(String(error.message));
    this.#text(String(error.stack ?? ""));
    this.#value(
      Object.hasOwn(error, "cause") ? this.#cause(error.cause) : NONE,
    );
    this.#value(error instanceof AggregateError ? error.errors : NONE);
    this.#fields(plainPart(error));
  }

  /** A cause that cannot cross must not hide the error that it caused. */
  #cause(cause: unknown): unknown {
    return typeof cause === "function" || typeof cause === "symbol"
      ? messageOf(cause)
      : cause;
  }

  #blob(tag: number, bytes: Uint8Array): void {
    this.#byte(tag);
    this.#varint(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #buffer(value: ArrayBufferView | ArrayBuffer): void {
    const kind = VIEWS.findIndex((View) => value instanceof View);
    const bytes = value instanceof ArrayBuffer
      ? new Uint8Array(value)
      : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    this.#byte(TAG.view);
    this.#byte(kind + 1);
    this.#blob(TAG.bytes, bytes);
  }

  #file(blob: Blob): void {
    const bytes = packedBytes(blob);
    if (bytes === undefined) {
      throw refused("a blob crosses as a body, or inside a form, only");
    }
    this.#byte(TAG.blob);
    this.#text(blob.type);
    this.#value(blob instanceof File ? blob.name : undefined);
    this.#float(blob instanceof File ? blob.lastModified : 0);
    this.#blob(TAG.bytes, bytes);
  }

  #stream(stream: ReadableStream<Uint8Array>): void {
    if (this.#send === undefined || stream.locked) {
      throw refused("a stream that is being read cannot leave its process");
    }
    this.#byte(TAG.stream);
    this.#varint(this.#send(stream));
  }

  #response(response: Response): void {
    if (response.bodyUsed) {
      throw refused("the body of the response was read before");
    }
    this.#byte(TAG.response);
    this.#varint(response.status);
    this.#text(response.statusText);
    this.#value([...response.headers]);
    this.#value(response.body);
  }

  #text(value: string): void {
    if (value.length <= SHORT_TEXT && this.#ascii(value)) return;
    this.#reserve(value.length * 3 + 5);
    // The length is known afterwards only: five bytes hold any.
    const start = this.#length;
    const { written } = encodeInto(value, this.#bytes.subarray(start + 5));
    this.#length = start;
    this.#varint(written);
    this.#bytes.copyWithin(this.#length, start + 5, start + 5 + written);
    this.#length += written;
  }

  #ascii(value: string): boolean {
    const size = value.length;
    this.#reserve(size + 1);
    const bytes = this.#bytes;
    const start = this.#length + 1;
    for (let index = 0; index < size; index++) {
      const code = value.charCodeAt(index);
      if (code > 127) return false;
      bytes[start + index] = code;
    }
    bytes[start - 1] = size;
    this.#length = start + size;
    return true;
  }

  #varint(value: number): void {
    this.#reserve(5);
    while (value > 127) {
      this.#bytes[this.#length++] = (value & 127) | 128;
      value >>>= 7;
    }
    this.#bytes[this.#length++] = value;
  }

  #float(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    if (needed > MAX_MESSAGE_BYTES * 3 || this.#length > MAX_MESSAGE_BYTES) {
      throw tooLarge();
    }
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

const NONE = undefined;

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** What an error carries beside the usual, such as `code`: plain parts only. */
function plainPart(error: Error): Record<string, unknown> {
  const part: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(error)) {
    if (ERROR_FIELDS.has(key)) continue;
    const value = (error as unknown as Record<string, unknown>)[key];
    if (isPrimitive(value) || key === "issues") part[key] = value;
  }
  return part;
}

const ERROR_FIELDS: ReadonlySet<string> = new Set([
  "name",
  "message",
  "stack",
  "cause",
  "errors",
]);

function isPrimitive(value: unknown): boolean {
  return value === null ||
    ["string", "number", "boolean", "bigint"].includes(typeof value);
}

function tooLarge(): PluginError {
  return refused(`it is larger than ${MAX_MESSAGE_BYTES} bytes`);
}

function refused(state: string): PluginError {
  return new PluginError(
    "ACTION_FAILED",
    `Cannot send a value to another process: ${state}`,
  );
}
