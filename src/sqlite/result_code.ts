/**
 * What SQLite's result codes mean, whichever library reported them: one gives
 * the extended code, another the first byte of it or the text alone.
 *
 * @module
 */
import { type ConstraintKind, messageOf } from "../shared/errors.ts";

/** The codes, as `sqlite3.h` fixes them, that something depends on. */
const CODE = {
  BUSY: 5,
  NOMEM: 7,
  READONLY: 8,
  IOERR: 10,
  CORRUPT: 11,
  FULL: 13,
  CANTOPEN: 14,
  CONSTRAINT: 19,
  NOTADB: 26,
  CHECK: 275,
  FOREIGN_KEY: 787,
  NOT_NULL: 1299,
  PRIMARY_KEY: 1555,
  TRIGGER: 1811,
  UNIQUE: 2067,
  ROWID: 2579,
  DATATYPE: 3091,
} as const;

/** Texts that tell the kind of constraint where the code does not. */
const CONSTRAINT_TEXTS: readonly (readonly [RegExp, number])[] = [
  [/^FOREIGN KEY constraint failed/, CODE.FOREIGN_KEY],
  [/^UNIQUE constraint failed/, CODE.UNIQUE],
  [/^NOT NULL constraint failed/, CODE.NOT_NULL],
  [/^CHECK constraint failed/, CODE.CHECK],
  [/^cannot store \S+ value in \S+ column/, CODE.DATATYPE],
];

const TEXTS: readonly (readonly [RegExp, number])[] = [
  [/database is locked/, CODE.BUSY],
  [/out of memory/, CODE.NOMEM],
  [
    /attempt to write a readonly database|Read-only file system|Permission denied \(os/,
    CODE.READONLY,
  ],
  [/disk I\/O error/, CODE.IOERR],
  [/is malformed|malformed database schema/, CODE.CORRUPT],
  [/database or disk is full|No space left on device/, CODE.FULL],
  [/unable to open database/, CODE.CANTOPEN],
  [/file is not a database|is not a SQLite database/, CODE.NOTADB],
  [/constraint failed/, CODE.CONSTRAINT],
];

const CONSTRAINTS: ReadonlyMap<number, ConstraintKind> = new Map([
  [CODE.UNIQUE, "unique"],
  [CODE.PRIMARY_KEY, "unique"],
  [CODE.ROWID, "unique"],
  [CODE.FOREIGN_KEY, "foreign key"],
  [CODE.CHECK, "check"],
  [CODE.NOT_NULL, "not null"],
  [CODE.DATATYPE, "data type"],
  [CODE.TRIGGER, "trigger"],
]);

/** What whoever runs the host can do about its trouble. */
const REMEDIES: ReadonlyMap<number, string> = new Map([
  [
    CODE.BUSY,
    "another connection holds the lock; try again, or let busyTimeoutMs wait longer",
  ],
  [CODE.NOMEM, "give the process more memory"],
  [
    CODE.READONLY,
    "make the file and its folder writable, or open it with readOnly: true",
  ],
  [CODE.IOERR, "check the disk and the file system"],
  [CODE.CORRUPT, "the file is damaged; restore a backup"],
  [CODE.FULL, "free space on the disk of the database"],
  [
    CODE.CANTOPEN,
    "make sure that its folder exists and may be read and written",
  ],
  [CODE.NOTADB, "name a SQLite database, or restore a backup"],
]);

/**
 * The extended result code of an error.
 *
 * @returns The code as far as it can be told; undefined where it cannot.
 */
export function resultCodeOf(error: unknown): number | undefined {
  const text = messageOf(error).replace(/^\d+: /, "");
  const told = reportedCode(error);
  if (told === undefined) {
    return codeIn(CONSTRAINT_TEXTS, text) ?? codeIn(TEXTS, text);
  }
  // A key that restricts a deletion is reported as a trigger.
  if (told === CODE.TRIGGER && /^FOREIGN KEY/.test(text)) {
    return CODE.FOREIGN_KEY;
  }
  if (told !== CODE.CONSTRAINT) return told;
  // Any other text is what a trigger says.
  return codeIn(CONSTRAINT_TEXTS, text) ?? (text === "" ? told : CODE.TRIGGER);
}

/** The kind of constraint that a code is about, where it is about one. */
export function constraintOf(code: number): ConstraintKind | undefined {
  return CONSTRAINTS.get(code) ??
    ((code & 0xff) === CODE.CONSTRAINT ? "check" : undefined);
}

/** The columns that SQLite's text names, as `table.column`. */
export function columnsIn(error: unknown): string[] {
  const text = messageOf(error).replace(/^\d+: /, "");
  const list =
    /^(?:UNIQUE|NOT NULL) constraint failed: (.+)$/s.exec(text)?.[1] ??
      /^cannot store \S+ value in \S+ column (.+)$/s.exec(text)?.[1];
  if (list === undefined || list.startsWith("index '")) return [];
  return list.split(", ");
}

/** What to do about trouble of the host; undefined for any other error. */
export function remedyFor(code: number): string | undefined {
  return REMEDIES.get(code & 0xff);
}

/** Whether another connection's lock was in the way. */
export function isBusy(error: unknown): boolean {
  return ((resultCodeOf(error) ?? 0) & 0xff) === CODE.BUSY;
}

/** After how many milliseconds trouble of the host may be over. */
export function passesIn(code: number): number | undefined {
  return (code & 0xff) === CODE.BUSY ? 1_000 : undefined;
}

function reportedCode(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  if (typeof errcode === "number") return errcode;
  return typeof code === "number" ? code : undefined;
}

function codeIn(
  texts: readonly (readonly [RegExp, number])[],
  text: string,
): number | undefined {
  return texts.find(([pattern]) => pattern.test(text))?.[1];
}
