/**
 * An idle process beside the soak: what stands still here stands still because
 * of the machine. Prints its longest standstill in milliseconds when its
 * standard input ends.
 *
 * @module
 */
import { Standstill } from "./standstill.ts";

using standstill = new Standstill();
await Deno.stdin.readable.pipeTo(new WritableStream());
console.log(standstill.longestMs);
