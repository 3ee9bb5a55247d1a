/**
 * What reading a message costs whoever reads it, and does with the value what
 * the host does: walks it, and writes it as JSON.
 *
 * @module
 */
import { malformed } from "./byte_reader.ts";
import { COST } from "./codec_tags.ts";

/** Objects with more properties are made in another, slower way. */
const MANY_KEYS = 1_000;
/** How much longer values with big integers take to be written. */
const BIGINT_FACTOR = 4;
/** What JSON writes with six characters each. */
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const ESCAPED = /[\x00-\x08\x0b\x0c\x0e-\x1f]/;
/** Shorter strings are not looked through: that would cost more than it finds. */
const SHORT = 100;

/** Keeps account of one message. */
export class CostMeter {
  readonly #budget: number;
  readonly #isData: boolean;
  #spent = 0;
  #factor = 1;
  /** The keys of the objects read last, by how deep they are nested. */
  readonly #shapes: string[][] = [];

  /**
   * @param budget What may be spent.
   * @param isData Whether the value may be written as JSON, where bytes become
   * an object with a property each.
   */
  constructor(budget: number, isData: boolean) {
    this.#budget = budget;
    this.#isData = isData;
  }

  /** What was spent so far. */
  get spent(): number {
    return this.#spent * this.#factor;
  }

  /** Whether there is a limit. */
  get isLimited(): boolean {
    return this.#budget < Infinity;
  }

  /**
   * Spends.
   *
   * @throws {PluginError} `SANDBOX_CRASHED` where there is not so much left.
   */
  spend(cost: number): void {
    this.#spent += cost;
    if (this.#spent * this.#factor > this.#budget) {
      throw malformed("it costs too much");
    }
  }

  /**
   * The name of a property. Objects like the one before are made much faster.
   *
   * @param index Which property of its object it is.
   */
  key(key: string, index: number, depth: number): void {
    if (index >= MANY_KEYS) return this.spend(COST.furtherKey);
    const shape = this.#shapes[depth] ??= [];
    const isKnown = shape[index] === key;
    if (!isKnown) shape[index] = key;
    this.spend(isKnown ? COST.key : COST.newKey);
  }

  /** A string. */
  text(text: string): void {
    const { length } = text;
    if (length <= SHORT) return this.spend(length / COST.charsEachInShort);
    this.spend(length / COST.charsEach);
    if (this.#isData && ESCAPED.test(text)) {
      this.spend(length / COST.escapedEach);
    }
  }

  /** Bytes, or the elements of a typed array. */
  bytes(byteLength: number, elements: number): void {
    this.spend(
      this.#isData ? elements * COST.element : byteLength / COST.bytesEach,
    );
  }

  /** A big integer: with one, the whole value is written member by member. */
  bigint(): void {
    this.#factor = this.#isData ? BIGINT_FACTOR : 1;
    this.spend(COST.bigint);
  }

  /**
   * An entry of a map or a set. The place of a number in there can be
   * computed, so that all of them may be made to share one: each is compared
   * with those before it.
   */
  entry(key: unknown, index: number): void {
    const isNumber = typeof key === "number" || typeof key === "bigint";
    this.spend(isNumber ? COST.entry + index / 4 : COST.entry);
  }
}
