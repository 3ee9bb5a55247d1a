/** A semantic version. */
export interface SemVer {
  /** The major version. */
  major: number;
  /** The minor version. */
  minor: number;
  /** The patch version. */
  patch: number;
  /** The pre-release identifiers. */
  prerelease?: (string | number)[];
  /** The build metadata. */
  build?: string[];
}

/** The part by which two versions differ, or that {@linkcode increment} raises. */
export type ReleaseType =
  | "pre"
  | "major"
  | "premajor"
  | "minor"
  | "preminor"
  | "patch"
  | "prepatch"
  | "prerelease";

/** A comparison of a {@linkcode Comparator}. */
export type Operator = undefined | "=" | "!=" | ">" | ">=" | "<" | "<=";

/** A version together with how to compare against it. */
export interface Comparator extends SemVer {
  /** The operator. */
  operator?: Operator;
}

/** Alternatives, each a set of comparators that must all hold. */
export type Range = Comparator[][];

/** Options for {@linkcode increment}. */
export interface IncrementOptions {
  /** The pre-release identifiers of the new version. */
  prerelease?: string;
  /** The build metadata of the new version. */
  build?: string;
}

/** Tells whether a string parses as a version. */
export declare function canParse(value: string): boolean;

/** Compares two versions, as `Array.prototype.sort` takes it. */
export declare function compare(version1: SemVer, version2: SemVer): 1 | 0 | -1;

/** Returns the part by which two versions differ. */
export declare function difference(
  version1: SemVer,
  version2: SemVer,
): ReleaseType | undefined;

/** Tells whether two versions are equal. */
export declare function equals(version1: SemVer, version2: SemVer): boolean;

/** Writes a version as a string. */
export declare function format(version: SemVer): string;

/** Writes a range as a string. */
export declare function formatRange(range: Range): string;

/** Tells whether `version1 >= version2`. */
export declare function greaterOrEqual(
  version1: SemVer,
  version2: SemVer,
): boolean;

/** Tells whether `version1 > version2`. */
export declare function greaterThan(
  version1: SemVer,
  version2: SemVer,
): boolean;

/** Tells whether a version is above everything in a range. */
export declare function greaterThanRange(
  version: SemVer,
  range: Range,
): boolean;

/** Returns the version that follows by a kind of release. */
export declare function increment(
  version: SemVer,
  release: ReleaseType,
  options?: IncrementOptions,
): SemVer;

/** Tells whether a value is a range. */
export declare function isRange(value: unknown): value is Range;

/** Tells whether a value is a version. */
export declare function isSemVer(value: unknown): value is SemVer;

/** Tells whether `version1 <= version2`. */
export declare function lessOrEqual(
  version1: SemVer,
  version2: SemVer,
): boolean;

/** Tells whether `version1 < version2`. */
export declare function lessThan(version1: SemVer, version2: SemVer): boolean;

/** Tells whether a version is below everything in a range. */
export declare function lessThanRange(version: SemVer, range: Range): boolean;

/** Returns the highest version within a range. */
export declare function maxSatisfying(
  versions: SemVer[],
  range: Range,
): SemVer | undefined;

/** Returns the lowest version within a range. */
export declare function minSatisfying(
  versions: SemVer[],
  range: Range,
): SemVer | undefined;

/** Tells whether two versions differ. */
export declare function notEquals(version1: SemVer, version2: SemVer): boolean;

/**
 * Parses a version.
 *
 * @throws {TypeError} When the string is not a version.
 */
export declare function parse(value: string): SemVer;

/**
 * Parses a range.
 *
 * @throws {TypeError} When the string is not a range.
 */
export declare function parseRange(value: string): Range;

/** Tells whether two ranges have a version in common. */
export declare function rangeIntersects(range1: Range, range2: Range): boolean;

/** Tells whether a version lies within a range. */
export declare function satisfies(version: SemVer, range: Range): boolean;

/** Parses a version, or returns `undefined`. */
export declare function tryParse(value: string): SemVer | undefined;

/** Parses a range, or returns `undefined`. */
export declare function tryParseRange(value: string): Range | undefined;
