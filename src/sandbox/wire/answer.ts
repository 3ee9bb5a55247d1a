/**
 * What an action's value is when it crosses: a response, plain data, or a
 * stream, each with a status and headers beside it where the action set them.
 *
 * @module
 */

/** An answer of a chain as it crosses. */
export type WireAnswer =
  /** Plain data. */
  | { readonly kind: "value"; readonly value: unknown }
  /** A string that is no text: what an object's `toJSON()` gave. */
  | { readonly kind: "boxed"; readonly value: string }
  /** Plain data of a shape that crosses as JSON only. */
  | { readonly kind: "json"; readonly value: string }
  /**
   * Bytes, beside the answer: inside data they would cost what an object with
   * as many properties costs. `view` is the place of their type in `VIEWS`.
   */
  | {
    readonly kind: "bytes";
    readonly view: number;
    readonly value: Uint8Array;
  }
  /** A response; its body is a stream. */
  | { readonly kind: "response"; readonly value: Response }
  /** Bytes as they come. */
  | { readonly kind: "stream"; readonly value: ReadableStream<Uint8Array> }
  /** Bytes with a type. */
  | { readonly kind: "blob"; readonly value: Blob }
  /** What `reply()` wrapped. */
  | {
    readonly kind: "reply";
    readonly status: number | undefined;
    readonly headers: readonly (readonly [string, string])[];
    readonly answer: WireAnswer;
  };

/**
 * Takes the bytes out of an answer, which cross beside it.
 *
 * @returns The answer without them, and the bytes.
 */
export function splitBytes(
  answer: WireAnswer,
): { readonly answer: unknown; readonly bytes: Uint8Array | undefined } {
  switch (answer.kind) {
    case "bytes": {
      const { value: bytes, ...rest } = answer;
      return { answer: rest, bytes };
    }
    case "reply": {
      const inner = splitBytes(answer.answer);
      return { ...inner, answer: { ...answer, answer: inner.answer } };
    }
    default:
      return { answer, bytes: undefined };
  }
}
