// Built-in modules of every kind, by their bare names.
import assert from "assert";
import { Buffer } from "buffer";
import { createHash, randomUUID } from "crypto";
import { EventEmitter } from "events";
import fs, { promises } from "fs";
import http from "http";
import { performance } from "perf_hooks";
import { Readable } from "stream";
import { pipeline } from "stream/promises";
import { StringDecoder } from "string_decoder";
import { setTimeout as sleep } from "timers/promises";
import util, { promisify } from "util";
import { gzipSync, gunzipSync } from "zlib";
export * as path from "path";

export default {
  name: "built-ins",
  config: {
    actions: {
      answer: async () => {
        await sleep(1);
        const chunks = [];
        await pipeline(Readable.from(["a", "b"]), async (source) => {
          for await (const chunk of source) chunks.push(String(chunk));
        });
        const emitter = new EventEmitter();
        const heard = new Promise((done) => emitter.once("x", done));
        emitter.emit("x", 7);
        assert.equal(await heard, 7);
        return {
          hash: createHash("sha256").update("a").digest("hex").slice(0, 8),
          uuid: randomUUID().length,
          zipped: gunzipSync(gzipSync("text")).toString(),
          bytes: Buffer.from("ä").length,
          decoded: new StringDecoder("utf8").end(Buffer.from("x")),
          types: [typeof fs.readFileSync, typeof promises.readFile, typeof http.request, typeof performance.now, typeof promisify, typeof util.inspect],
          chunks,
        };
      },
    },
    apiRoutes: { "/answer": { method: "GET", actions: ["answer"] } },
  },
};
