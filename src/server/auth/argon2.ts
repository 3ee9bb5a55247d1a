/**
 * Verifies the argon2id hashes that the original wrote. A verification takes
 * 0.3 s of its thread, so that it runs in a Worker, one at a time.
 *
 * @module
 */
import { Refusal } from "../http/problem.ts";

/** How many may wait for their turn. */
const MAX_WAITING = 8;

/** Whose hashes cost more memory or time than this are refused. */
const MAX_MEMORY_KIB = 256 * 1024;
const MAX_PASSES = 16;

let waiting = 0;
let turn: Promise<unknown> = Promise.resolve();

/**
 * Verifies a password against an argon2id hash.
 *
 * @param hash The hash, in the PHC string format.
 * @throws {Refusal} `TOO_MANY_REQUESTS` where eight wait already.
 */
export async function verifyArgon2(
  password: string,
  hash: string,
): Promise<boolean> {
  if (!isAffordable(hash)) return false;
  if (waiting >= MAX_WAITING) {
    throw new Refusal(
      "TOO_MANY_REQUESTS",
      "Cannot verify the password: too many sign-ins are under way; try again in a few seconds",
      { retryAfter: 5 },
    );
  }
  waiting++;
  const mine = turn.then(() => askWorker(password, hash));
  turn = mine.catch(() => {});
  try {
    return await mine;
  } finally {
    waiting--;
  }
}

function isAffordable(hash: string): boolean {
  const found = hash.match(/\$m=(\d{1,9}),t=(\d{1,9}),p=\d{1,3}\$/);
  return found !== null && Number(found[1]) <= MAX_MEMORY_KIB &&
    Number(found[2]) <= MAX_PASSES;
}

/** A Worker for each: the original's hashes are replaced at the first sign-in. */
function askWorker(password: string, hash: string): Promise<boolean> {
  const worker = new Worker(new URL("./argon2_worker.ts", import.meta.url), {
    type: "module",
  });
  return new Promise<boolean>((resolve) => {
    worker.onmessage = ({ data }) => resolve(data === true);
    worker.onerror = (event) => {
      event.preventDefault();
      resolve(false);
    };
    worker.postMessage({ password, hash });
  }).finally(() => worker.terminate());
}
