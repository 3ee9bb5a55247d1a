import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { DockerEvent } from "../../src/docker/mod.ts";
import { parseDockerEvent } from "../../src/docker/stream/docker_event.ts";
import { EventDecoder } from "../../src/docker/stream/event_decoder.ts";
import { eventLine, recordedLines } from "./fake_engine.ts";

const encoder = new TextEncoder();

function decode(
  chunks: (string | Uint8Array)[],
): { events: DockerEvent[]; malformed: string[] } {
  const malformed: string[] = [];
  const events: DockerEvent[] = [];
  const decoder = new EventDecoder({
    event: (event) => events.push(event),
    malformed: (text) => malformed.push(text),
  });
  for (const chunk of chunks) {
    decoder.push(typeof chunk === "string" ? encoder.encode(chunk) : chunk);
  }
  decoder.end();
  return { events, malformed };
}

Deno.test("EventDecoder reads the same events wherever a real stream is cut", () => {
  const bytes = encoder.encode(recordedLines().join("\n") + "\n");
  const whole = decode([bytes]);
  assertEquals(whole.events.length, recordedLines().length);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 40 }), (cuts) => {
      const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      const chunks = edges.slice(1).map((end, index) =>
        bytes.slice(edges[index], end)
      );
      assertEquals(decode(chunks), whole);
    }),
    { numRuns: 50 },
  );
});

Deno.test("EventDecoder reads characters that are cut in the middle", () => {
  const line =
    eventLine(5n, "start", { attributes: { label: 'größe 🐳 {}\\"' } }) + "\n";
  const chunks = [...encoder.encode(line)].map((byte) => Uint8Array.of(byte));
  assertEquals(
    decode(chunks).events[0]?.actor.attributes.label,
    'größe 🐳 {}\\"',
  );
});

Deno.test("EventDecoder reads two objects of one line", () => {
  const tricky = eventLine(2n, "start", { attributes: { label: '}{ \\"}{' } });
  const { events, malformed } = decode([
    eventLine(1n) + tricky + eventLine(3n) + "\n",
  ]);
  assertEquals(events.map(({ timeNano }) => timeNano), ["1", "2", "3"]);
  assertEquals(malformed, []);
});

Deno.test("EventDecoder reads objects that no line break ever ends, as they come", () => {
  const events: string[] = [];
  const decoder = new EventDecoder({
    event: ({ timeNano }) => events.push(timeNano),
    malformed: (text) => events.push(text),
  });
  const tricky = eventLine(2n, "start", { attributes: { label: '}{ \\"}{' } });
  decoder.push(encoder.encode(eventLine(1n) + tricky));
  assertEquals(events, ["1", "2"]);
  decoder.push(encoder.encode(tricky.slice(0, -9)));
  decoder.push(encoder.encode(tricky.slice(-9) + " " + eventLine(3n)));
  assertEquals(events, ["1", "2", "2", "3"]);
});

Deno.test("EventDecoder reads the same objects without line breaks wherever they are cut", () => {
  const lines = recordedLines();
  const bytes = encoder.encode(lines.join(""));
  const whole = decode([encoder.encode(lines.join("\n"))]);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 40 }), (cuts) => {
      const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      const chunks = edges.slice(1).map((end, index) =>
        bytes.slice(edges[index], end)
      );
      assertEquals(decode(chunks), whole);
    }),
    { numRuns: 50 },
  );
});

Deno.test("EventDecoder finds the next object after something that is none", () => {
  const { events, malformed } = decode([
    `no" {"a":"}"}${eventLine(7n)} rest}\n${eventLine(8n)}`,
  ]);
  assertEquals(events.map(({ timeNano }) => timeNano), ["7", "8"]);
  assertEquals(malformed, ['no" ', '{"a":"}"}', "rest}"]);
});

Deno.test("EventDecoder is linear where one object comes byte by byte", () => {
  const [brace] = encoder.encode("}");
  const events: DockerEvent[] = [];
  const decoder = new EventDecoder({
    event: (event) => events.push(event),
    malformed: () => {},
  });
  decoder.push(encoder.encode(eventLine(1n).slice(0, -1) + ',"x":"'));
  for (let times = 0; times < 300_000; times++) {
    decoder.push(Uint8Array.of(brace!));
  }
  decoder.push(encoder.encode('"}'));
  assertEquals(events.length, 1);
});

Deno.test("EventDecoder reports what is no event, and goes on", () => {
  const { events, malformed } = decode([
    `{"half": \n[1]\n{}\n${eventLine(7n)}\n\r\n`,
  ]);
  assertEquals(events.map(({ timeNano }) => timeNano), ["7"]);
  assertEquals(malformed, [`{"half":`, "[1]", "{}"]);
});

Deno.test("EventDecoder drops half a line at the end, and keeps a whole one", () => {
  assertEquals(decode([eventLine(1n).slice(0, 40)]), {
    events: [],
    malformed: [],
  });
  assertEquals(decode([eventLine(1n)]).events.length, 1);
});

Deno.test("parseDockerEvent() keeps every digit of the time", () => {
  const event = parseDockerEvent(eventLine(1795395340886604939n));
  assertEquals(event?.timeNano, "1795395340886604939");
});

Deno.test("parseDockerEvent() is not misled by labels that look like the time", () => {
  const text = eventLine(1795395340886604939n, "start", {
    attributes: { timeNano: '"timeNano":1}', other: "timeNano" },
  });
  assertEquals(parseDockerEvent(text)?.timeNano, "1795395340886604939");
});
