/**
 * Bounds what a fleet may grant.
 *
 * @module
 */
import type {
  ManifestPermission,
  ManifestPermissions,
} from "../../install/mod.ts";

/**
 * Finds what goes beyond a bound.
 *
 * @param most What may be granted.
 * @returns The kinds that go beyond, such as `net`.
 */
export function beyond(
  grants: Readonly<ManifestPermissions>,
  most: Readonly<ManifestPermissions>,
): string[] {
  return Object.entries(grants)
    .filter(([kind, asked]) =>
      !isWithin(
        asked as ManifestPermission,
        Object.hasOwn(most, kind)
          ? most[kind] as ManifestPermission
          : undefined,
      )
    )
    .map(([kind]) => kind);
}

/** An entry is compared as it is written: `host` does not cover `host:443`. */
function isWithin(
  asked: ManifestPermission | undefined,
  most: ManifestPermission | undefined,
): boolean {
  if (most === true || asked === false || asked === undefined) return true;
  if (asked === true || !Array.isArray(most)) {
    return Array.isArray(asked) && asked.length === 0;
  }
  return asked.every((entry) => most.includes(entry));
}
