import { assertEquals } from "@std/assert";
import { problemOf, problemResponse } from "../../src/dispatch/http/problem.ts";
import {
  ActionError,
  ERROR_STATUS,
  MethodNotAllowedError,
  PluginError,
  type PluginErrorCode,
} from "../../src/shared/errors.ts";

Deno.test("problemOf() keeps the status and code of every known error", () => {
  for (const [code, status] of Object.entries(ERROR_STATUS)) {
    const problem = problemOf(
      new PluginError(code as PluginErrorCode, "Cannot do it"),
    );
    assertEquals([problem.code, problem.status], [
      code as PluginErrorCode,
      status,
    ]);
    assertEquals(problem.type, `urn:dockstat:plugin-handler:${code}`);
    assertEquals(problem.detail, "Cannot do it");
  }
});

Deno.test("problemOf() names the action that failed", () => {
  const error = new ActionError("ACTION_FAILED", "Cannot", {
    action: "save",
    index: 2,
    pluginId: 7,
  });
  const { action, pluginId } = problemOf(error);
  assertEquals([action, pluginId], ["save", 7]);
});

Deno.test("problemOf() keeps the message of an unknown error to itself", () => {
  for (const thrown of [new Error("secret"), "secret", null, undefined, 7]) {
    assertEquals(problemOf(thrown, { instance: "/a" }), {
      type: "about:blank",
      title: "Internal Server Error",
      status: 500,
      instance: "/a",
    });
  }
});

Deno.test("problemOf() shows a stack where the host renders one", () => {
  const problem = problemOf(new Error("x"), { stack: () => "x@1.0.0:1:2" });
  assertEquals(problem.stack, "x@1.0.0:1:2");
});

Deno.test("problemResponse() says which methods are allowed", () => {
  const response = problemResponse(
    new MethodNotAllowedError("Cannot", { allow: ["GET", "HEAD"] }),
  );
  assertEquals([response.status, response.headers.get("allow")], [
    405,
    "GET, HEAD",
  ]);
});
