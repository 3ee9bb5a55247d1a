import { assertEquals } from "@std/assert";
import {
  comesByItself,
  isInWindow,
} from "../../src/server/updates/update_policy.ts";

Deno.test("comesByItself() keeps to the line of the policy", () => {
  const comes = (policy: "manual" | "patch" | "minor", to: string) =>
    comesByItself({ policy }, "1.2.3", to);

  assertEquals(["1.2.4", "1.3.0", "2.0.0"].map((to) => comes("manual", to)), [
    false,
    false,
    false,
  ]);
  assertEquals(["1.2.4", "1.3.0", "2.0.0"].map((to) => comes("patch", to)), [
    true,
    false,
    false,
  ]);
  assertEquals(["1.2.4", "1.3.0", "2.0.0"].map((to) => comes("minor", to)), [
    true,
    true,
    false,
  ]);
  assertEquals(comes("minor", "1.3.0-beta.1"), false);
  assertEquals(comesByItself({ policy: "minor" }, "0.2.0", "0.3.0"), false);
  assertEquals(comesByItself({ policy: "minor" }, "nightly", "1.0.0"), false);
});

Deno.test("isInWindow() counts a night to the day on which it began", () => {
  const policy = {
    policy: "minor" as const,
    window: { from: "22:00", to: "04:00", days: [5] },
  };
  const at = (text: string) => isInWindow(policy, new Date(text));

  assertEquals(at("2026-11-27T23:00:00Z"), true);
  assertEquals(at("2026-11-28T03:59:00Z"), true);
  assertEquals(at("2026-11-28T04:00:00Z"), false);
  assertEquals(at("2026-11-27T03:00:00Z"), false);
  assertEquals(at("2026-11-27T12:00:00Z"), false);
});

Deno.test("isInWindow() goes by the time zone", () => {
  const window = { from: "02:00", to: "03:00", timeZone: "Europe/Berlin" };
  const at = (text: string) =>
    isInWindow({ policy: "patch", window }, new Date(text));

  assertEquals(at("2026-11-26T01:30:00Z"), true);
  assertEquals(at("2026-07-26T00:30:00Z"), true);
  assertEquals(at("2026-11-26T02:30:00Z"), false);
});
