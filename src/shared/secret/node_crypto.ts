/**
 * `node:crypto`, opened when the first digest has to be there at once: it takes
 * longer to load than the rest of a start's built-in modules together.
 *
 * @module
 */
type NodeCrypto = typeof import("node:crypto");

let opened: NodeCrypto | undefined;

/** The module. */
export function nodeCrypto(): NodeCrypto {
  return opened ??= process.getBuiltinModule("node:crypto");
}

/** The module, where somebody needed it before. */
export function openedCrypto(): NodeCrypto | undefined {
  return opened;
}
