/**
 * Reads server-sent events.
 *
 * @module
 */

/** An event. */
export interface ReceivedEvent {
  /** Its name. */
  readonly type: string;
  /** What it carries, parsed. */
  readonly data: unknown;
}

/** The events of a stream, as they come. */
export async function* eventsOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncIterable<ReceivedEvent> {
  let pending = "";
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const frames = `${pending}${text}`.split("\n\n");
    pending = frames.pop()!;
    for (const frame of frames) {
      const event = eventOf(frame);
      if (event !== undefined) yield event;
    }
  }
}

function eventOf(frame: string): ReceivedEvent | undefined {
  const field = (name: string) =>
    frame.split("\n").filter((line) => line.startsWith(`${name}: `))
      .map((line) => line.slice(name.length + 2)).join("\n");
  const data = field("data");
  // A comment keeps the connection open.
  if (data === "") return undefined;
  return { type: field("event") || "message", data: JSON.parse(data) };
}
