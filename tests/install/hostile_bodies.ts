/** Bodies that are meant to exhaust whoever reads them. */

/** Bytes without an end. */
export function endless(): ReadableStream<Uint8Array> {
  const chunk = new Uint8Array(65_536).fill(0x20);
  return new ReadableStream({ pull: (stream) => stream.enqueue(chunk) });
}

/** One byte, and then nothing until the reader goes away. */
export function slowDrip(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (stream) => stream.enqueue(new Uint8Array([0x7b])),
  });
}

/** 200 MiB of zeros in some 200 KiB. */
export function gzipBomb(): Response {
  let left = 200;
  const mebibyte = new Uint8Array(1 << 20);
  const zeros = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(stream) {
      if (left-- > 0) stream.enqueue(mebibyte);
      else stream.close();
    },
  });
  return new Response(zeros.pipeThrough(new CompressionStream("gzip")), {
    headers: { "content-encoding": "gzip" },
  });
}

/** Ten anchors, each ten times the one before: 10^9 nodes and more. */
export function yamlBomb(): string {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 10; level++) {
    const aliases = Array(10).fill(`*a${level - 1}`).join(", ");
    lines.push(`a${level}: &a${level} [${aliases}]`);
  }
  return lines.join("\n");
}
