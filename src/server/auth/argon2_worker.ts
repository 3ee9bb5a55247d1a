/**
 * The thread that argon2id is computed on.
 *
 * @module
 */
import { argon2Verify } from "hash-wasm";

/** What a Worker's scope has beyond a window's. */
interface WorkerScope {
  onmessage: (event: MessageEvent) => void;
  postMessage(message: unknown): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.onmessage = async ({ data: { password, hash } }) => {
  try {
    scope.postMessage(await argon2Verify({ password, hash }));
  } catch {
    scope.postMessage(false);
  }
};
