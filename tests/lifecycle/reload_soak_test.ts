import { assert, assertEquals } from "@std/assert";
import { soakReloads } from "../../bench/reload_soak.ts";

Deno.test("100 reloads fail no request that runs meanwhile", {
  permissions: "none",
}, async () => {
  const { answered, failures } = await soakReloads({
    reloads: 100,
    bytes: 20_000,
    clients: 4,
  });
  assertEquals(failures, []);
  assert(answered > 0);
});
