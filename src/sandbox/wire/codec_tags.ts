/**
 * The bytes that stand in front of every encoded value, and the limits that
 * both ends of the pipe keep.
 *
 * @module
 */

/** The kinds of values that cross the pipe. */
export const TAG = {
  undefined: 0,
  null: 1,
  true: 2,
  false: 3,
  integer: 4,
  number: 5,
  string: 6,
  bigint: 7,
  date: 8,
  bytes: 9,
  array: 10,
  object: 11,
  map: 12,
  set: 13,
  error: 14,
  reference: 15,
  view: 16,
  regexp: 17,
  stream: 18,
  response: 19,
  form: 20,
  blob: 21,
} as const;

/** The typed arrays, in the order of their numbers; 0 is a bare buffer. */
export const VIEWS: readonly (new (buffer: ArrayBuffer) => ArrayBufferView)[] =
  [
    DataView,
    Int8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
  ];

/** The classes of errors that are made again as what they were. */
export const ERRORS: Readonly<Record<string, ErrorConstructor>> = {
  // A plain object would find "constructor" and its like.
  __proto__: null as never,
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

/** How deep values may be nested. */
export const MAX_DEPTH = 512;

/** How many bytes one message may have. */
export const MAX_MESSAGE_BYTES: number = 16 * 1024 * 1024;
