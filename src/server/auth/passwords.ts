/**
 * Hashes and verifies passwords: scrypt (RFC 7914) for our own, and the
 * argon2id hashes that the original wrote, which are verified only.
 *
 * A hash reads `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`, in the form of the PHC
 * string format, with base64 without padding.
 *
 * @module
 */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import { verifyArgon2 } from "./argon2.ts";

/** OWASP's second choice of parameters: 32 MiB for each hash. */
const COST = { ln: 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** The hash of no password: what a name that nobody has is compared with. */
const NOBODY =
  "$scrypt$ln=15,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/**
 * Hashes a password.
 *
 * @param password The password; its Unicode form does not matter (NFKC).
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST);
  const { ln, r, p } = COST;
  return `$scrypt$ln=${ln},r=${r},p=${p}$${base64(salt)}$${base64(hash)}`;
}

/**
 * Verifies a password. It takes as long where nobody has the name, so that
 * names cannot be found out.
 *
 * @param hash The stored hash, or `undefined` where nobody has the name.
 */
export async function verifyPassword(
  password: string,
  hash: string | undefined,
): Promise<boolean> {
  if (hash?.startsWith("$argon2id$")) return await verifyArgon2(password, hash);
  const parsed = parse(hash ?? NOBODY);
  if (parsed === undefined) return false;
  const found = await derive(password, parsed.salt, parsed.cost);
  return timingSafeEqual(found, parsed.hash) && hash !== undefined;
}

/** Whether a hash was made in another way than new ones are. */
export function isOutdated(hash: string): boolean {
  const cost = parse(hash)?.cost;
  return cost?.ln !== COST.ln || cost.r !== COST.r || cost.p !== COST.p;
}

interface Parsed {
  readonly cost: typeof COST;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

function parse(text: string): Parsed | undefined {
  const found = text.match(
    /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]+)$/,
  );
  if (found === null) return undefined;
  const [ln, r, p] = found.slice(1, 4).map(Number) as [number, number, number];
  const hash = Buffer.from(found[5]!, "base64");
  if (ln > 20 || hash.length !== HASH_BYTES) return undefined;
  return { cost: { ln, r, p }, salt: Buffer.from(found[4]!, "base64"), hash };
}

function derive(
  password: string,
  salt: Uint8Array,
  { ln, r, p }: typeof COST,
): Promise<Uint8Array> {
  const N = 2 ** ln;
  // Node refuses what needs more than 32 MiB unless it is told otherwise.
  const maxmem = 256 * N * r;
  return new Promise((resolve, reject) => {
    scrypt(
      password.normalize("NFKC"),
      salt,
      HASH_BYTES,
      { N, r, p, maxmem },
      (error, key) => error === null ? resolve(key) : reject(error),
    );
  });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}
