/**
 * Where a store process starts, once its first lines have read this module
 * from the pipe.
 *
 * @module
 */
import { runStore } from "./run_store.ts";

runStore();
