/**
 * Turns the bytes of the engine's event stream into events, however the bytes
 * were cut into chunks.
 *
 * @module
 */
import { type DockerEvent, parseDockerEvent } from "./docker_event.ts";

/** Longer than any event; what never ends must not fill the memory. */
const MAX_PENDING_CHARS = 4 * 1024 * 1024;

/** Decodes one response body; a new one is needed for every connection. */
export class EventDecoder {
  readonly #decoder = new TextDecoder();
  readonly #onMalformed: (text: string) => void;
  #rest = "";

  /** @param onMalformed Told of every text that is no event. */
  constructor(onMalformed: (text: string) => void) {
    this.#onMalformed = onMalformed;
  }

  /**
   * Takes the next bytes.
   *
   * @param chunk What was read.
   * @returns The events that are complete now, in order.
   */
  push(chunk: Uint8Array): DockerEvent[] {
    const lines = this.#decoder.decode(chunk, { stream: true }).split("\n");
    lines[0] = this.#rest + lines[0];
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > MAX_PENDING_CHARS) {
      this.#onMalformed(this.#rest);
      this.#rest = "";
    }
    return this.#read(lines);
  }

  /**
   * Ends the stream. A last line that was cut off is dropped without a word:
   * the engine repeats its event when asked to resume.
   *
   * @returns The event of a last line that lacks only its line break.
   */
  end(): DockerEvent[] {
    const event = parseDockerEvent(this.#rest);
    this.#rest = "";
    return event === undefined ? [] : [event];
  }

  #read(lines: string[]): DockerEvent[] {
    const events: DockerEvent[] = [];
    for (const line of lines) {
      const event = parseDockerEvent(line);
      if (event !== undefined) events.push(event);
      else if (line.trim() !== "") this.#readSeveral(line, events);
    }
    return events;
  }

  #readSeveral(line: string, events: DockerEvent[]): void {
    for (const text of splitObjects(line)) {
      const event = parseDockerEvent(text);
      if (event === undefined) this.#onMalformed(text);
      else events.push(event);
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
