/**
 * Turns values into bytes with the meaning of the structured clone algorithm,
 * and beyond it streams, responses and forms, which cross as themselves.
 *
 * @module
 */
import { messageOf } from "../../shared/errors.ts";
import { ByteWriter, refused } from "./byte_writer.ts";
import { TAG, VIEWS } from "./codec_tags.ts";
import { MAX_DEPTH } from "./wire_limits.ts";
import { packedBytes } from "./packed_blob.ts";

/** Takes a stream over, and gives the number under which it is sent. */
export type SendStream = (stream: ReadableStream<Uint8Array>) => number;

const toString = Object.prototype.toString;

/** Turns one value into bytes. */
export class Encoder {
  readonly #out: ByteWriter;
  #depth = 0;
  #seen: Map<object, number> | undefined;
  #count = 0;
  readonly #send: SendStream | undefined;

  /**
   * @param headroom How many bytes to leave free in front, for a header.
   * @param send What takes streams over; without it they are refused.
   */
  constructor(headroom: number, send?: SendStream) {
    this.#out = new ByteWriter(headroom);
    this.#send = send;
  }

  /**
   * Encodes a value.
   *
   * @throws {PluginError} `ACTION_FAILED` where it holds a function, a symbol,
   * a promise or a used body, is nested too deep or is too large.
   */
  encode(value: unknown): Uint8Array<ArrayBuffer> {
    this.#value(value);
    return this.#out.finish();
  }

  #value(value: unknown): void {
    switch (typeof value) {
      case "undefined":
        return this.#out.byte(TAG.undefined);
      case "boolean":
        return this.#out.byte(value ? TAG.true : TAG.false);
      case "number":
        return this.#number(value);
      case "string":
        if (!value.isWellFormed()) return this.#utf16(value);
        this.#out.byte(TAG.string);
        return this.#out.text(value);
      case "bigint":
        this.#out.byte(TAG.bigint);
        return this.#out.text(value.toString(16));
      case "object":
        return value === null ? this.#out.byte(TAG.null) : this.#object(value);
      default:
        throw refused(`a ${typeof value} cannot leave its process`);
    }
  }

  #utf16(value: string): void {
    const units = new Uint16Array(value.length);
    for (let at = 0; at < units.length; at++) units[at] = value.charCodeAt(at);
    this.#blob(TAG.utf16, new Uint8Array(units.buffer));
  }

  #number(value: number): void {
    if (Number.isInteger(value) && value >= 0 && value < 0x80000000) {
      if (!Object.is(value, -0)) {
        this.#out.byte(TAG.integer);
        return this.#out.varint(value);
      }
    }
    this.#out.byte(TAG.number);
    this.#out.float(value);
  }

  #object(value: object): void {
    const seen = this.#seen ??= new Map();
    const known = seen.get(value);
    if (known !== undefined) {
      this.#out.byte(TAG.reference);
      return this.#out.varint(known);
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
    this.#out.byte(TAG.array);
    this.#out.varint(value.length);
    for (let index = 0; index < value.length; index++) {
      this.#value(value[index]);
    }
  }

  #record(value: Record<string, unknown>): void {
    this.#out.byte(TAG.object);
    this.#fields(value);
  }

  #fields(value: Record<string, unknown>): void {
    const keys = Object.keys(value);
    this.#out.varint(keys.length);
    for (const key of keys) {
      this.#out.text(key);
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
        this.#out.byte(TAG.date);
        return this.#out.float(Number(value));
      case "[object Map]":
        return this.#entries(TAG.map, [...value as Map<unknown, unknown>]);
      case "[object Set]":
        return this.#set(value as Set<unknown>);
      case "[object RegExp]":
        this.#out.byte(TAG.regexp);
        this.#out.text((value as RegExp).source);
        return this.#out.text((value as RegExp).flags);
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
    this.#out.byte(tag);
    this.#out.varint(entries.length);
    for (const [key, value] of entries) {
      this.#value(key);
      this.#value(value);
    }
  }

  #set(value: Set<unknown>): void {
    this.#out.byte(TAG.set);
    this.#out.varint(value.size);
    for (const item of value) this.#value(item);
  }

  #error(error: Error): void {
    this.#out.byte(TAG.error);
    this.#out.text(String(error.name));
    this.#out.text(String(error.message));
    this.#out.text(String(error.stack ?? ""));
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
    this.#out.byte(tag);
    this.#out.varint(bytes.length);
    this.#out.bytes(bytes);
  }

  #buffer(value: ArrayBufferView | ArrayBuffer): void {
    const kind = VIEWS.findIndex((View) => value instanceof View);
    const bytes = value instanceof ArrayBuffer
      ? new Uint8Array(value)
      : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    this.#out.byte(TAG.view);
    this.#out.byte(kind + 1);
    this.#blob(TAG.bytes, bytes);
  }

  #file(blob: Blob): void {
    const bytes = packedBytes(blob);
    if (bytes === undefined) {
      throw refused("a blob crosses as a body, or inside a form, only");
    }
    this.#out.byte(TAG.blob);
    this.#out.text(blob.type);
    this.#value(blob instanceof File ? blob.name : undefined);
    this.#out.float(blob instanceof File ? blob.lastModified : 0);
    this.#blob(TAG.bytes, bytes);
  }

  #stream(stream: ReadableStream<Uint8Array>): void {
    if (this.#send === undefined || stream.locked) {
      throw refused("a stream that is being read cannot leave its process");
    }
    this.#out.byte(TAG.stream);
    this.#out.varint(this.#send(stream));
  }

  #response(response: Response): void {
    if (response.bodyUsed) {
      throw refused("the body of the response was read before");
    }
    this.#out.byte(TAG.response);
    this.#out.varint(response.status);
    this.#out.text(response.statusText);
    this.#value([...response.headers]);
    this.#value(response.body);
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
    if (isPrimitive(value) || LISTS.has(key)) part[key] = value;
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

/** What an error may list. */
const LISTS: ReadonlySet<string> = new Set(["issues", "columns"]);

function isPrimitive(value: unknown): boolean {
  return value === null ||
    ["string", "number", "boolean", "bigint"].includes(typeof value);
}
