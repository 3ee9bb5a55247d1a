import { assert, assertEquals, assertThrows } from "@std/assert";
import { PluginError } from "../../src/shared/errors.ts";
import { resolveEndpoint } from "../../src/docker/engine/engine_endpoint.ts";

const VARIABLES = ["DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"];

/** Sets the variables for one call, and sets them back. */
function withEnv<T>(env: Record<string, string>, run: () => T): T {
  const before = VARIABLES.map((name) => [name, Deno.env.get(name)] as const);
  for (const name of VARIABLES) Deno.env.delete(name);
  for (const [name, value] of Object.entries(env)) Deno.env.set(name, value);
  try {
    return run();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}

Deno.test("resolveEndpoint() takes the default socket where nothing is said", () => {
  const endpoint = withEnv({}, () => resolveEndpoint());
  assertEquals(endpoint.client.proxy, {
    transport: "unix",
    path: "/var/run/docker.sock",
  });
});

Deno.test("resolveEndpoint() honours DOCKER_HOST, but a host more", () => {
  const env = { DOCKER_HOST: "tcp://10.0.0.7:2375" };
  assertEquals(
    withEnv(env, () => resolveEndpoint()).baseUrl,
    "http://10.0.0.7:2375",
  );
  const named = withEnv(
    env,
    () => resolveEndpoint({ host: "unix:///run/other.sock" }),
  );
  assertEquals(named.label, "unix:///run/other.sock");
});

Deno.test("resolveEndpoint() knows the ports that Docker listens on", () => {
  const bases = [
    resolveEndpoint({ host: "tcp://engine" }),
    resolveEndpoint({ host: "tcp://engine", tls: {} }),
    resolveEndpoint({ host: "https://engine/prefix/" }),
    resolveEndpoint({ host: "tcp://[::1]:99" }),
  ].map(({ baseUrl }) => baseUrl);
  assertEquals(bases, [
    "http://engine:2375",
    "https://engine:2376",
    "https://engine/prefix",
    "http://[::1]:99",
  ]);
});

Deno.test("resolveEndpoint() reads the certificates of the environment", async () => {
  const folder = await Deno.makeTempDir();
  for (const name of ["ca", "cert", "key"]) {
    await Deno.writeTextFile(`${folder}/${name}.pem`, `the ${name}`);
  }
  const env = {
    DOCKER_HOST: "tcp://engine",
    DOCKER_TLS_VERIFY: "1",
    DOCKER_CERT_PATH: folder,
  };
  const { baseUrl, client } = withEnv(env, () => resolveEndpoint());
  assertEquals(baseUrl, "https://engine:2376");
  assertEquals<unknown>(client, {
    caCerts: ["the ca"],
    cert: "the cert",
    key: "the key",
  });
  await Deno.remove(folder, { recursive: true });
  const error = assertThrows(
    () => withEnv(env, () => resolveEndpoint()),
    PluginError,
  );
  assert(error.cause instanceof Deno.errors.NotFound);
  assertEquals(error.code, "DOCKER_FAILED");
});

Deno.test({
  name: "resolveEndpoint() takes variables that it may not read for unset",
  permissions: { env: false },
  fn: () =>
    assertEquals(resolveEndpoint().label, "unix:///var/run/docker.sock"),
});
