/** What {@linkcode parse} returns. */
export interface ParsedPath {
  /** The root of the path, such as `/` or `C:\`. */
  root: string;
  /** The directory. */
  dir: string;
  /** The file name with its extension. */
  base: string;
  /** The extension, with its dot. */
  ext: string;
  /** The file name without its extension. */
  name: string;
}

/** Separates the parts of a path. */
export declare const SEPARATOR: "/" | "\\";

/** Separates the paths of a list such as `PATH`. */
export declare const DELIMITER: ":" | ";";

/** Matches one or more separators. */
export declare const SEPARATOR_PATTERN: RegExp;

/** Returns the last part of a path, without `suffix` if it ends so. */
export declare function basename(path: string | URL, suffix?: string): string;

/** Returns the longest path that is common to all. */
export declare function common(paths: string[]): string;

/** Returns the directory of a path. */
export declare function dirname(path: string | URL): string;

/** Returns the extension of a path, with its dot. */
export declare function extname(path: string | URL): string;

/** Builds a path from its parts. */
export declare function format(pathObject: Partial<ParsedPath>): string;

/** Turns a `file:` URL into a path. */
export declare function fromFileUrl(url: string | URL): string;

/** Tells whether a path is absolute. */
export declare function isAbsolute(path: string): boolean;

/** Joins paths and normalizes the result. */
export declare function join(path: string | URL, ...paths: string[]): string;

/** Resolves `.` and `..` within a path. */
export declare function normalize(path: string | URL): string;

/** Splits a path into its parts. */
export declare function parse(path: string): ParsedPath;

/** Returns the path that leads from one path to another. */
export declare function relative(from: string, to: string): string;

/** Resolves paths, from right to left, to an absolute one. */
export declare function resolve(...pathSegments: string[]): string;

/** Turns an absolute path into a `file:` URL. */
export declare function toFileUrl(path: string): URL;
