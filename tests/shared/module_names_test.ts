import { assertEquals } from "@std/assert";
import {
  nameAddresses,
  nameModule,
  ownerOfStack,
  releaseModule,
} from "../../src/shared/stack/module_labels.ts";

Deno.test("releaseModule() lets go once many others were released after it", () => {
  const loader = {};
  const keys = Array.from({ length: 10_001 }, () => crypto.randomUUID());
  for (const [id, key] of keys.entries()) {
    nameModule(key, { id, label: `p${id}@1.0.0`, loader });
    releaseModule(key);
  }
  const named = (key: string) => nameAddresses(`blob:null/${key}:1:1`);
  assertEquals(named(keys[0]!), `blob:null/${keys[0]}:1:1`);
  assertEquals(named(keys[1]!), "p1@1.0.0:1:1");
  const stack = `Error\n    at blob:null/${keys[10_000]}:1:1`;
  assertEquals(ownerOfStack(stack)?.id, 10_000);
  for (let i = 0; i <= 10_000; i++) releaseModule(crypto.randomUUID());
  assertEquals(named(keys[1]!), "p1@1.0.0:1:1");
});
