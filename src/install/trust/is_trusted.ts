/**
 * Which signatures are whole ones.
 *
 * @module
 */
import type { SignatureState } from "./signature.ts";

/** Whether a signature is enough for what asks for a signed plugin. */
export function isTrusted(
  state: SignatureState,
  { acceptCodeOnlySignatures = false }: {
    readonly acceptCodeOnlySignatures?: boolean;
  },
): boolean {
  return state === "signed" ||
    (state === "code-only" && acceptCodeOnlySignatures);
}
