/**
 * Where the child process starts, once its first lines have read this module
 * from the pipe.
 *
 * @module
 */
import { Guest } from "./guest.ts";

await new Guest().run();
