import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { limitsOf } from "../../src/install/download/fetch_options.ts";
import { checkHost } from "../../src/install/download/host_guard.ts";
import { isPublic } from "../../src/install/download/public_address.ts";
import { assertRefused } from "./manifests.ts";

const guarded = limitsOf({ allowPrivateHosts: false });

function check(url: string, limits = guarded): Promise<void> {
  return checkHost(["manifest", url], limits);
}

const PRIVATE = [
  "http://localhost/",
  "http://LOCALHOST./",
  "http://agent.localhost/",
  "http://127.0.0.1/",
  "http://127.1/",
  "http://2130706433/",
  "http://0x7f.0.0.1/",
  "http://0177.0.0.1/",
  "http://0/",
  "http://10.0.0.1/",
  "http://172.16.0.1/",
  "http://192.168.1.1:8080/",
  "http://169.254.169.254/latest",
  "http://100.64.0.1/",
  "http://224.0.0.1/",
  "http://255.255.255.255/",
  "http://[::1]/",
  "http://[::]/",
  "http://[fe80::1]/",
  "http://[fd00::1]/",
  "http://[::ffff:127.0.0.1]/",
  "http://[::ffff:10.0.0.1]/",
  "http://[64:ff9b::7f00:1]/",
  "http://[2002:7f00:1::]/",
  "http://①②⑦.⓪.⓪.①/",
];

for (const url of PRIVATE) {
  Deno.test(`checkHost() refuses ${url}`, async () => {
    await assertRefused(() => check(url), "HOST_NOT_ALLOWED");
    await check(url, limitsOf({ allowPrivateHosts: true }));
  });
}

Deno.test("checkHost() refuses a name that resolves inward", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const name = `http://${Deno.hostname()}/`;
  await assertRefused(() => check(name), "HOST_NOT_ALLOWED");
});

Deno.test("checkHost() refuses a name that does not resolve", async () => {
  const url = "http://plugins.invalid/";
  const error = await assertRefused(() => check(url), "MANIFEST_FETCH_FAILED");
  assertEquals(error.cause instanceof Error, true);
});

Deno.test("checkHost() leaves unknown names to a fetch of the caller's", async () => {
  const limits = limitsOf({
    allowPrivateHosts: false,
    fetch: (input) => fetch(input),
  });
  await check("http://plugins.invalid/", limits);
  await assertRefused(() => check("http://[::1]/", limits), "HOST_NOT_ALLOWED");
});

Deno.test("checkHost() says which permission looking up needs", {
  permissions: { net: ["plugins.invalid:80"] },
}, async () => {
  for (const fetch of [undefined, () => Promise.reject()]) {
    const limits = limitsOf({ allowPrivateHosts: false, fetch });
    await assertRefused(
      () => check("http://plugins.invalid/", limits),
      "HOST_NOT_ALLOWED",
      "--allow-net=plugins.invalid, for all ports",
    );
  }
});

Deno.test("checkHost() allows public addresses", async () => {
  for (const host of ["8.8.8.8", "[2606:4700::1111]", "[64:ff9b::808:808]"]) {
    await check(`https://${host}/manifest.json`);
  }
});

Deno.test("checkHost() refuses other schemes and credentials", async () => {
  const open = limitsOf({});
  for (
    const url of [
      "file:///etc/passwd",
      "data:application/json,{}",
      "ftp://example.com/",
      "blob:null/1",
      "https://user:secret@example.com/",
      "https://user@example.com/",
    ]
  ) {
    const error = await assertRefused(
      () => check(url, open),
      "HOST_NOT_ALLOWED",
    );
    assertEquals(error.message.includes("secret"), false);
  }
  await assertRefused(
    () => check("example.com", open),
    "MANIFEST_FETCH_FAILED",
  );
});

Deno.test("isPublic() judges a mapped address as the address it maps", () => {
  fc.assert(fc.property(fc.ipV4(), (address) => {
    assertEquals(isPublic(`::ffff:${address}`), isPublic(address));
  }));
});

Deno.test("isPublic() refuses every address of the private ranges", () => {
  const byte = fc.integer({ min: 0, max: 255 });
  fc.assert(fc.property(byte, byte, byte, (a, b, c) => {
    for (const address of [`10.${a}.${b}.${c}`, `127.${a}.${b}.${c}`]) {
      assertEquals(isPublic(address), false);
    }
    assertEquals(isPublic(`192.168.${a}.${b}`), false);
    assertEquals(isPublic(`172.${16 + a % 16}.${b}.${c}`), false);
    assertEquals(isPublic(`169.254.${b}.${c}`), false);
  }));
});

Deno.test("isPublic() refuses what is no address", () => {
  assertEquals(isPublic("example.com"), false);
});
