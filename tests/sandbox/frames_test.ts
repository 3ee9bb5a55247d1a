import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { PluginError } from "../../src/shared/errors.ts";
import { FrameSplitter } from "../../src/sandbox/wire/frames.ts";
import { SECRET_BYTES } from "../../src/sandbox/wire/protocol.ts";

const SECRET = new Uint8Array(SECRET_BYTES).fill(7);

function frame(message: Uint8Array, secret = SECRET): Uint8Array {
  const bytes = new Uint8Array(4 + SECRET_BYTES + message.length);
  new DataView(bytes.buffer).setUint32(0, message.length, true);
  bytes.set(secret, 4);
  bytes.set(message, 4 + SECRET_BYTES);
  return bytes;
}

Deno.test("FrameSplitter.push() finds the messages however they are cut", () => {
  const messages = fc.array(fc.uint8Array({ minLength: 1, maxLength: 100 }));
  fc.assert(
    fc.property(messages, fc.integer({ min: 1, max: 64 }), (sent, size) => {
      const splitter = new FrameSplitter(SECRET);
      const bytes = sent.flatMap((message) => [...frame(message)]);
      const received: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        const piece = new Uint8Array(bytes.slice(at, at + size));
        splitter.push(piece, (message) => received.push(message));
      }
      assertEquals(received, sent);
    }),
  );
});

Deno.test("FrameSplitter.push() refuses a frame without the secret", () => {
  const bytes = frame(new Uint8Array(3), new Uint8Array(SECRET_BYTES));
  assertThrows(
    () => new FrameSplitter(SECRET).push(bytes, () => {}),
    PluginError,
    "standard output by itself",
  );
});

Deno.test("FrameSplitter.push() refuses a frame that is too long", () => {
  const bytes = frame(new Uint8Array(1));
  new DataView(bytes.buffer).setUint32(0, 2 ** 31, true);
  assertThrows(
    () => new FrameSplitter(SECRET).push(bytes, () => {}),
    PluginError,
    "2147483648 bytes",
  );
});
