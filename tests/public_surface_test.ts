import { assertEquals } from "@std/assert";
import * as builder from "@dockstat/plugin-handler/builder";
import * as docker from "@dockstat/plugin-handler/docker";
import * as fleet from "@dockstat/plugin-handler/fleet";
import * as main from "@dockstat/plugin-handler";
import * as testing from "@dockstat/plugin-handler/testing";

Deno.test("mod.ts exports what it promises, and no more", () => {
  assertEquals(Object.keys(main).sort(), [
    "ActionError",
    "ConstraintError",
    "ERROR_STATUS",
    "MethodNotAllowedError",
    "PluginError",
    "PluginHandler",
    "ValidationError",
    "default",
    "isolateUnsigned",
    "manifestSchema",
    "parseManifest",
  ]);
  assertEquals(main.default, main.PluginHandler);
});

Deno.test("builder.ts exports what it promises, and no more", () => {
  assertEquals(Object.keys(builder).sort(), [
    "ActionChain",
    "PluginBuilder",
    "chain",
    "column",
    "createAction",
    "createActions",
    "createApiRoutes",
    "createEvents",
    "createFrontendAction",
    "createFrontendConfig",
    "createFrontendLoader",
    "createFrontendRoute",
    "createFrontendRoutes",
    "createRoute",
    "createSchedules",
    "createSettings",
    "createTable",
    "definePlugin",
    "pluginBuilder",
    "reply",
  ]);
});

Deno.test("docker exports what it promises, and no more", () => {
  assertEquals(Object.keys(docker).sort(), ["DockerEvents", "connectDocker"]);
});

Deno.test("fleet exports what it promises, and no more", () => {
  assertEquals(Object.keys(fleet).sort(), [
    "FleetAgent",
    "FleetController",
    "FleetView",
    "MemoryRegistry",
    "NatsAgentRegistry",
    "NatsControlRegistry",
    "agentCredentials",
    "collectBundles",
    "createAgentKey",
    "createFleetAccounts",
    "digestOfCode",
    "enrolAgent",
    "haltRollout",
    "listRollouts",
    "pauseRollout",
    "promoteRollout",
    "publishRelease",
    "pushAccounts",
    "readAgents",
    "readRelease",
    "readReleaseNames",
    "readRings",
    "resumeRollout",
    "revokeAgents",
    "serverConfig",
    "signDocument",
    "startRollout",
  ]);
});

Deno.test("testing exports what it promises, and no more", () => {
  assertEquals(Object.keys(testing).sort(), [
    "RecordedEngine",
    "TestHandler",
    "fakeContainer",
    "fakeContainerMetrics",
    "fakeContainerStats",
    "fakeHost",
    "fakeHostMetrics",
    "fakeImage",
    "startRecordedEngine",
    "startTestHandler",
  ]);
});
