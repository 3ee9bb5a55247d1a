import { assert, assertEquals } from "@std/assert";
import { DockerEvents } from "../../src/docker/mod.ts";
import { RealEngine, whyNoEngine } from "./real_engine.ts";

const why = whyNoEngine();
const reason = why === undefined ? "" : ` (ignored: ${why})`;

Deno.test({
  name:
    `a real engine is reached over TLS with a client certificate only${reason}`,
  ignore: why !== undefined,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const tls = await certificates(folder);
    const port = freePort();
    await using engine = await RealEngine.start({
      args: [
        ...[
          "-H",
          `tcp://127.0.0.1:${port}`,
          "--tlsverify",
          "--tlscacert",
          `${folder}/ca.pem`,
        ],
        ...[
          "--tlscert",
          `${folder}/server.pem`,
          "--tlskey",
          `${folder}/server.key`,
        ],
      ],
    });
    const host = `tcp://127.0.0.1:${port}`;
    await using events = new DockerEvents({ host, tls });
    const reader = events[Symbol.asyncIterator]();
    await events.start();
    await engine.docker("tag", "tiny:1", "tiny:2");
    assertEquals((await reader.next()).value.action, "tag");
    await using stranger = new DockerEvents({ host, tls: { ca: tls.ca } });
    const lost = new Promise((resolve) =>
      stranger.addEventListener("lost", resolve)
    );
    stranger.start();
    await lost;
    await Deno.remove(folder, { recursive: true });
  },
});

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Makes an authority, and certificates of a server and a client, with `openssl`. */
async function certificates(
  folder: string,
): Promise<{ ca: string; cert: string; key: string }> {
  const openssl = async (command: string): Promise<void> => {
    const args = command.split(" ");
    const { success } = await new Deno.Command("openssl", {
      args,
      cwd: folder,
      stderr: "null",
    }).output();
    assert(success, `openssl ${command}`);
  };
  await openssl(
    "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ca -keyout ca.key -out ca.pem",
  );
  await Deno.writeTextFile(
    `${folder}/server.ext`,
    "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth",
  );
  await Deno.writeTextFile(
    `${folder}/client.ext`,
    "extendedKeyUsage=clientAuth",
  );
  for (const name of ["server", "client"]) {
    await openssl(
      `req -newkey rsa:2048 -nodes -subj /CN=${name} -keyout ${name}.key -out ${name}.csr`,
    );
    await openssl(
      `x509 -req -days 2 -in ${name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile ${name}.ext -out ${name}.pem`,
    );
  }
  return {
    ca: await Deno.readTextFile(`${folder}/ca.pem`),
    cert: await Deno.readTextFile(`${folder}/client.pem`),
    key: await Deno.readTextFile(`${folder}/client.key`),
  };
}
