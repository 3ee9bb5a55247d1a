import { assertEquals } from "@std/assert";
import {
  readContainers,
  readInspected,
} from "../../src/docker/engine/engine_answers.ts";
import {
  factsOfInspected,
  factsOfListed,
  statusText,
} from "../../src/docker/containers/container_facts.ts";
import { recordedContainer } from "./fake_engine.ts";

Deno.test("factsOfListed() reads an entry of the container list", () => {
  const [listed] = readContainers([{
    Id: "4f5e",
    Names: ["/web", "/alias"],
    Image: "nginx:1",
    Created: 1795395758,
    State: "running",
    Status: "Up 2 hours",
    Ports: [
      { IP: "0.0.0.0", PrivatePort: 80, PublicPort: 8080, Type: "tcp" },
      { PrivatePort: 53, Type: "udp" },
    ],
    Labels: { app: "web" },
    NetworkSettings: { Networks: { bridge: { IPAddress: "172.17.0.2" } } },
  }]);
  assertEquals(factsOfListed(listed!), {
    id: "4f5e",
    name: "web",
    image: "nginx:1",
    state: "running",
    created: 1795395758,
    ports: [
      { privatePort: 80, publicPort: 8080, type: "tcp" },
      { privatePort: 53, type: "udp" },
    ],
    labels: { app: "web" },
    networkSettings: { networks: { bridge: { IPAddress: "172.17.0.2" } } },
  });
});

Deno.test("factsOfInspected() reads a recorded inspection", () => {
  const recorded = recordedContainer();
  const facts = factsOfInspected(readInspected(recorded));
  assertEquals(
    [facts.id, facts.name, facts.image, facts.state, facts.labels],
    [recorded.Id, "web", "tiny:1", "running", { app: "web" }],
  );
});

Deno.test("factsOfInspected() reads every binding of a port", () => {
  const facts = factsOfInspected(readInspected({
    Id: "4f5e",
    State: { Status: "running" },
    Config: { Image: "nginx" },
    NetworkSettings: {
      Ports: {
        "80/tcp": [{ HostIp: "0.0.0.0", HostPort: "8080" }, {
          HostIp: "::",
          HostPort: "8081",
        }],
        "443/tcp": null,
      },
    },
  }));
  assertEquals(facts.ports, [
    { privatePort: 80, publicPort: 8080, type: "tcp" },
    { privatePort: 80, publicPort: 8081, type: "tcp" },
    { privatePort: 443, type: "tcp" },
  ]);
});

Deno.test("statusText() words a status as the engine's list does", () => {
  const cases: [string, number, string][] = [
    ["created", 5, "Created"],
    ["running", 0.2, "Up Less than a second"],
    ["running", 1, "Up 1 second"],
    ["running", 45, "Up 45 seconds"],
    ["running", 90, "Up About a minute"],
    ["running", 150, "Up 2 minutes"],
    ["running", 4000, "Up About an hour"],
    ["running", 7300, "Up 2 hours"],
    ["running", 3 * 86_400, "Up 3 days"],
    ["running", 15 * 86_400, "Up 2 weeks"],
    ["running", 90 * 86_400, "Up 3 months"],
    ["running", 800 * 86_400, "Up 2 years"],
    ["paused", 45, "Up 45 seconds (Paused)"],
    ["exited", 45, "Exited (137) 45 seconds ago"],
    ["restarting", 45, "Restarting (137) 45 seconds ago"],
    ["", 0, ""],
  ];
  for (const [state, forSeconds, expected] of cases) {
    assertEquals(statusText({ state, forSeconds, exitCode: 137 }), expected);
  }
  assertEquals(
    statusText({ state: "running", forSeconds: 45, health: "healthy" }),
    "Up 45 seconds (healthy)",
  );
});
