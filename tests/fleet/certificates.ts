/**
 * Certificates for servers on this machine, by `openssl`.
 *
 * @module
 */
import { assert } from "@std/assert";

/**
 * A certificate of its own authority for localhost.
 *
 * @returns A folder with `server.pem`, `server.key` and `ca.pem`.
 */
export async function makeCertificates(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "nats_tls_" });
  const run = async (...args: string[]) => {
    const { success, stderr } = await new Deno.Command("openssl", {
      ...{ args, cwd: folder, stdout: "null", stderr: "piped" },
    }).output();
    assert(success, new TextDecoder().decode(stderr));
  };
  const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  await run(
    ...["req", "-x509", ...ec, "-days", "2", "-subj", "/CN=test ca"],
    ...["-keyout", "ca.key", "-out", "ca.pem"],
  );
  await run(
    ...["req", "-x509", ...ec, "-days", "2", "-subj", "/CN=localhost"],
    ...["-CA", "ca.pem", "-CAkey", "ca.key", ...names],
    ...["-addext", "basicConstraints=critical,CA:FALSE"],
    ...["-keyout", "server.key", "-out", "server.pem"],
  );
  return folder;
}
