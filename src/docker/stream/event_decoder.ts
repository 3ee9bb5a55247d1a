/**
 * Turns the bytes of the engine's event stream into events, however the bytes
 * were cut into chunks.
 *
 * @module
 */
import { ObjectCutter } from "./object_cutter.ts";
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
  readonly #tail = new ObjectCutter();

  constructor(sink: DecoderSink) {
    this.#sink = sink;
  }

  /** Takes the next bytes. */
  push(chunk: Uint8Array): void {
    const lines = this.#decoder.decode(chunk, { stream: true }).split("\n");
    const tail = lines.pop() ?? "";
    for (const line of lines) this.#readLine(this.#tail.take() + line);
    // Not every engine, and not every proxy, ends an event with a line break.
    for (const text of this.#tail.push(tail)) this.#read(text);
    if (this.#tail.length > MAX_PENDING_CHARS) {
      this.#sink.malformed(this.#tail.take());
    }
  }

  /**
   * Ends the stream. What was cut off is dropped without a word, since the
   * engine repeats its event when asked to resume.
   */
  end(): void {
    this.#tail.take();
  }

  #readLine(line: string): void {
    const event = parseDockerEvent(line);
    if (event !== undefined) this.#sink.event(event);
    else if (line.trim() !== "") this.#readSeveral(line);
  }

  #readSeveral(line: string): void {
    const cutter = new ObjectCutter();
    for (const text of cutter.push(line)) this.#read(text);
    const rest = cutter.take().trim();
    if (rest !== "") this.#sink.malformed(rest);
  }

  #read(text: string): void {
    const event = parseDockerEvent(text);
    if (event !== undefined) this.#sink.event(event);
    else this.#sink.malformed(text);
  }
}
