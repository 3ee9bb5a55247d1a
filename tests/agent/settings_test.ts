import { assertEquals } from "@std/assert";
import { readSettings } from "../../examples/agent/settings.ts";

const DEFAULTS = {
  port: 3030,
  db: "examples/agent/data/agent.db",
  dockerSocket: "/var/run/docker.sock",
};

Deno.test("readSettings() has a default for everything", () => {
  assertEquals(readSettings([], {}), DEFAULTS);
  assertEquals(readSettings([], { PORT: "" }), DEFAULTS);
});

Deno.test("readSettings() takes the command line before the environment", () => {
  assertEquals(readSettings([], { PORT: "80" }), { ...DEFAULTS, port: 80 });
  assertEquals(
    readSettings(["--port", "0", "--db=a.db", "--docker-socket", "/s"], {
      PORT: "80",
    }),
    { port: 0, db: "a.db", dockerSocket: "/s" },
  );
});

Deno.test("readSettings() says what is wrong", () => {
  assertEquals(readSettings(["--prot", "1", "x"], {}), {
    error: "unknown: --prot x",
  });
  for (const port of ["http", "-1", "65536", "1.5"]) {
    assertEquals(readSettings([], { PORT: port }), {
      error: `the port is a number from 0 to 65535, not "${port}"`,
    });
  }
  assertEquals(readSettings(["--db="], {}), { error: "--db needs a file" });
});
