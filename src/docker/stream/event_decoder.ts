/**
 * Turns the bytes of the engine's event stream into events, however the bytes
 * were cut into chunks.
 *
 * @module
 */
import { type DockerEvent, parseDockerEvent } from "./docker_event.ts";

/** Longer than any event; what never ends must not fill the memory. */
const MAX_PENDING_CHARS = 4 * 1024 * 1024;

/** What an {@linkcode EventDecoder} reports to, in the order of the bytes. */
export interface DecoderSink {
  /** An event is complete. */
  event(event: DockerEvent): void;
  /** A text is no event. */
  malformed(text: string): void;
}

/** Decodes one response body; a new one is needed for every connection. */
export class EventDecoder {
  readonly #decoder = new TextDecoder();
  readonly #sink: DecoderSink;
  #rest = "";

  /** @param sink What it reports to. */
  constructor(sink: DecoderSink) {
    this.#sink = sink;
  }

  /**
   * Takes the next bytes.
   *
   * @param chunk What was read.
   */
  push(chunk: Uint8Array): void {
    const lines = this.#decoder.decode(chunk, { stream: true }).split("\n");
    lines[0] = this.#rest + lines[0];
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#read(line);
    if (this.#rest.length > MAX_PENDING_CHARS) {
      this.#sink.malformed(this.#rest);
      this.#rest = "";
    }
  }

  /**
   * Ends the stream. A last line that lacks only its line break counts; one
   * that was cut off is dropped without a word, since the engine repeats its
   * event when asked to resume.
   */
  end(): void {
    const event = parseDockerEvent(this.#rest);
    this.#rest = "";
    if (event !== undefined) this.#sink.event(event);
  }

  #read(line: string): void {
    const event = parseDockerEvent(line);
    if (event !== undefined) this.#sink.event(event);
    else if (line.trim() !== "") this.#readSeveral(line);
  }

  #readSeveral(line: string): void {
    for (const text of splitObjects(line)) {
      const event = parseDockerEvent(text);
      if (event === undefined) this.#sink.malformed(text);
      else this.#sink.event(event);
    }
  }
}

/** Cuts a line at the closing braces of its outermost objects. */
function splitObjects(line: string): string[] {
  const texts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of line.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === "{") depth++;
    else if (token === "}" && --depth === 0) {
      texts.push(line.slice(start, index + 1));
      start = index + 1;
    }
  }
  const rest = line.slice(start).trim();
  return rest === "" ? texts : [...texts, rest];
}
