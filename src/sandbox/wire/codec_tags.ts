/**
 * The bytes that stand in front of every encoded value, and what reading it
 * costs.
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
  /** A string with lone surrogates, which UTF-8 has no bytes for. */
  utf16: 22,
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

/** The views that an answer may be. */
export const ANSWER_VIEWS:
  readonly (new (buffer: ArrayBuffer) => ArrayBufferView)[] = [
    Uint8Array,
    ...VIEWS,
  ];

/** The bytes of one element, by the numbers of the kinds. */
export const ELEMENT_BYTES: readonly number[] = [
  Infinity,
  Infinity,
  1,
  1,
  2,
  2,
  4,
  4,
  4,
  8,
  8,
  8,
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

/**
 * What the parts of a message cost whoever reads it, about 50 ns a unit. The
 * kinds that are not listed cost no more than any part does.
 */
export const COST = {
  part: 1,
  /** A property like that of the object before. */
  key: 1,
  /** Any other property. */
  newKey: 10,
  /** A property of an object that has very many. */
  furtherKey: 15,
  /** An entry of a map or a set. */
  entry: 4,
  /** A field of a form. */
  field: 30,
  bigint: 6,
  /** So many characters cost one. */
  charsEach: 20,
  charsEachInShort: 8,
  escapedEach: 2,
  /** So many bytes cost one. */
  bytesEach: 64,
  /** An element of bytes that may be written as JSON. */
  element: 10,
} as const;

/** What making an object of a kind costs, by its tag. */
export const COST_OF_KIND: Readonly<Record<number, number>> = {
  [TAG.array]: 3,
  [TAG.object]: 2,
  [TAG.date]: 25,
  [TAG.map]: 8,
  [TAG.set]: 8,
  [TAG.bytes]: 10,
  [TAG.view]: 20,
  [TAG.error]: 120,
  [TAG.regexp]: 60,
  [TAG.stream]: 200,
  [TAG.response]: 200,
  [TAG.form]: 60,
  [TAG.blob]: 100,
};
