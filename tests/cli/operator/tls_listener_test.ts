import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { TlsListener } from "../../../src/cli/operator/running/tls_listener.ts";
import { waitFor } from "../../wait_for.ts";
import { runCli, scratch, startCli } from "../run_cli.ts";

/** Writes `cert.pem` and `key.pem` over, and returns the certificate. */
async function makeCertificate(cwd: string): Promise<string> {
  const args = [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt"],
    ...["ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
    ...["-subj", "/CN=agent", "-addext", "subjectAltName=IP:127.0.0.1"],
    ...["-addext", "basicConstraints=critical,CA:FALSE"],
    ...["-keyout", "key.pem", "-out", "cert.pem"],
  ];
  const { success } = await new Deno.Command("openssl", {
    args,
    cwd,
    stderr: "null",
  }).output();
  assert(success, "openssl makes a certificate");
  return await Deno.readTextFile(join(cwd, "cert.pem"));
}

/** Asks over a connection of its own that trusts one certificate. */
async function ask(url: string, cert: string): Promise<string> {
  using client = Deno.createHttpClient({ caCerts: [cert] });
  return await (await fetch(url, { client })).text();
}

/** Never half written. */
async function replace(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(`${path}.new`, text);
  await Deno.rename(`${path}.new`, path);
}

function place(folder: string) {
  return {
    hostname: "127.0.0.1",
    port: 0,
    certFile: join(folder, "cert.pem"),
    keyFile: join(folder, "key.pem"),
  };
}

Deno.test("TlsListener takes a changed certificate into use while a request goes on", async () => {
  await using folder = await scratch();
  const first = await makeCertificate(folder.path);
  const asked = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  let renewals = 0;
  const listener = await TlsListener.open(
    place(folder.path),
    async ({ url }) => {
      if (!url.endsWith("/slow")) return new Response("quick");
      asked.resolve();
      await goOn.promise;
      return new Response("slow");
    },
    { renewed: () => void renewals++, failed: () => {} },
  );
  const { url } = listener;
  assertEquals(await ask(url, first), "quick");
  const slow = ask(`${url}/slow`, first);
  await asked.promise;
  const second = await makeCertificate(folder.path);
  await waitFor("the new certificate is in use", () => renewals > 0);
  assertEquals(listener.url, url);
  assertEquals(await ask(url, second), "quick");
  await assertRejects(() => ask(url, first), TypeError);
  goOn.resolve();
  assertEquals(await slow, "slow");
  await listener.shutdown();
  await assertRejects(() => ask(url, second), TypeError);
});

Deno.test("TlsListener keeps its certificate when the files do not fit or are gone, and says so once", async () => {
  await using folder = await scratch();
  const first = await makeCertificate(folder.path);
  const key = await Deno.readTextFile(join(folder.path, "key.pem"));
  const told: string[] = [];
  let renewals = 0;
  const listener = await TlsListener.open(
    place(folder.path),
    () => new Response("here"),
    { renewed: () => void renewals++, failed: (reason) => told.push(reason) },
  );
  const second = await makeCertificate(folder.path);
  await waitFor("the second is in use", () => renewals === 1);
  // It may have been seen when half of it was written.
  told.length = 0;
  await replace(join(folder.path, "key.pem"), key);
  await waitFor("a mismatch is told", () => told.length === 1);
  assertEquals(await ask(listener.url, second), "here");
  await Deno.remove(join(folder.path, "cert.pem"));
  await waitFor("the loss is told", () => told.length === 2);
  assertEquals(await ask(listener.url, second), "here");
  await replace(join(folder.path, "cert.pem"), first);
  await waitFor("the first is in use again", () => renewals === 2);
  assertEquals(await ask(listener.url, first), "here");
  await listener.shutdown();
});

Deno.test("TlsListener.open() rejects when a file is missing", async () => {
  await using folder = await scratch();
  await assertRejects(
    () =>
      TlsListener.open(place(folder.path), () => new Response(), {
        renewed() {},
        failed() {},
      }),
    Deno.errors.NotFound,
  );
});

Deno.test("serve over TLS takes a changed certificate into use", async () => {
  await using folder = await scratch();
  const cwd = folder.path;
  await makeCertificate(cwd);
  const child = startCli(
    [
      ...["serve", "--db", "agent.db", "--port", "0"],
      ...["--cert", "cert.pem", "--key", "key.pem"],
    ],
    { cwd, flags: ["--allow-all", "--unstable-no-legacy-abort"] },
  );
  let out = "";
  const reading = child.stdout.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({ write: (text) => void (out += text) }),
  );
  await waitFor("it serves", () => /^Serving on https:\S+;/m.test(out));
  const [, url] = /^Serving on (https:\S+);/m.exec(out)!;
  const second = await makeCertificate(cwd);
  await waitFor(
    "the change is told",
    () => out.includes("The certificate has changed and is in use"),
  );
  assertEquals((await ask(`${url}/healthz`, second)).length > 0, true);
  child.kill("SIGINT");
  assertEquals((await child.status).code, 0);
  await reading;
  await child.stderr.cancel();
});

Deno.test("serve makes no database when its certificate is missing", async () => {
  await using folder = await scratch();
  const { code, err } = await runCli(
    [
      ...["serve", "--db", "agent.db", "--port", "0"],
      ...["--cert", "cert.pem", "--key", "key.pem"],
    ],
    { cwd: folder.path },
  );
  assert(code !== 0);
  assertStringIncludes(err, "cert.pem");
  assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
});
