/**
 * Random schemas, rows and calls against a model, on both drivers. `deno task
 * long fuzz:table` makes 100,000 steps; FUZZ_SEED repeats those of a failure.
 */
import type { DB } from "../../src/sqlite/mod.ts";
import { OPENERS } from "./both_drivers.ts";
import { Dice } from "./fuzz_model.ts";
import { FuzzedTable } from "./fuzz_table.ts";

const STEPS = Number(Deno.env.get("FUZZ_STEPS") ?? 4000);
const SEED = Number(
  Deno.env.get("FUZZ_SEED") ?? crypto.getRandomValues(new Uint32Array(1))[0],
);
const STEPS_PER_TABLE = 100;

for (const [driver, open] of Object.entries(OPENERS)) {
  Deno.test(`a table does what its model does (${driver})`, () => {
    for (let step = 0; step < STEPS / 2; step += STEPS_PER_TABLE) {
      using opened = open(":memory:");
      fuzz(opened.db, SEED + step);
    }
  });
}

function fuzz(db: DB, seed: number): void {
  try {
    const table = new FuzzedTable(db, new Dice(seed));
    for (let i = 0; i < STEPS_PER_TABLE; i++) table.step();
    table.end();
  } catch (error) {
    throw new Error(`FUZZ_SEED=${seed} FUZZ_STEPS=2`, { cause: error });
  }
}
