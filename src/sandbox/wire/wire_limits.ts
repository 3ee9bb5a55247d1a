/**
 * The limits that both ends of the pipe between host and guest keep.
 *
 * @module
 */

/** How deep values may be nested. */
export const MAX_DEPTH = 512;

/** How many bytes one message may have. */
export const MAX_MESSAGE_BYTES: number = 16 * 1024 * 1024;

/** What one message of a guest may cost, and so may what it answers. */
export const MAX_COST = 1_000_000;

/** How long a line of a plugin's log is; longer ones are cut. */
export const MAX_LINE: number = 16 * 1024;

/** How many errors of its own accord a guest tells in a second. */
export const FAULTS_PER_SECOND = 20;
