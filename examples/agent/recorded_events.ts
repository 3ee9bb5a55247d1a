/**
 * Events of a real Docker Engine, for machines without one: what
 * `connectDocker` emitted while a container was made, started, paused,
 * restarted, stopped and removed on Docker Engine 20.10.24 (Debian's docker.io
 * 20.10.24+dfsg1, API 1.41), without the signals and the networks.
 *
 * @module
 */

/** One event as a handler's `emit` receives it. */
export interface RecordedEvent {
  /** The event's name. */
  readonly event: string;
  /** What hooks receive. */
  readonly payload: unknown;
}

/** The events, in order. */
export const RECORDED_EVENTS: readonly RecordedEvent[] = [
  {
    "event": "host:added",
    "payload": {
      "hostId": 1,
      "hostName": "docker-host",
      "healthy": true,
      "docker_client_id": 1,
    },
  },
  {
    "event": "container:created",
    "payload": {
      "id": "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
      "name": "web",
      "image": "tiny:1",
      "state": "created",
      "created": 1795398664,
      "ports": [],
      "labels": {
        "app": "web",
      },
      "hostId": 1,
      "clientId": 1,
      "status": "Created",
      "action": "create",
      "time": 1795398664992,
      "timeNano": "1795398664992354836",
      "containerId":
        "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
      "containerInfo": {
        "id":
          "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
        "hostId": 1,
        "clientId": 1,
        "name": "web",
        "image": "tiny:1",
        "status": "Created",
        "state": "created",
        "created": 1795398664,
        "ports": [],
        "labels": {
          "app": "web",
        },
      },
    },
  },
  {
    "event": "container:started",
    "payload": {
      "id": "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
      "name": "web",
      "image": "tiny:1",
      "state": "running",
      "created": 1795398664,
      "ports": [],
      "labels": {
        "app": "web",
      },
      "hostId": 1,
      "clientId": 1,
      "status": "Up Less than a second",
      "action": "start",
      "time": 1795398665371,
      "timeNano": "1795398665371150945",
      "containerId":
        "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
      "containerInfo": {
        "id":
          "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
        "hostId": 1,
        "clientId": 1,
        "name": "web",
        "image": "tiny:1",
        "status": "Up Less than a second",
        "state": "running",
        "created": 1795398664,
        "ports": [],
        "labels": {
          "app": "web",
        },
      },
    },
  },
  {
    "event": "container:paused",
    "payload": {
      "id": "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
      "name": "web",
      "image": "tiny:1",
      "state": "paused",
      "created": 1795398664,
      "ports": [],
      "labels": {
        "app": "web",
      },
      "hostId": 1,
      "clientId": 1,
      "status": "Up Less than a second (Paused)",
      "action": "pause",
      "time": 1795398665424,
      "timeNano": "1795398665424134027",
      "containerId":
        "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
      "containerInfo": {
        "id":
          "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
        "hostId": 1,
        "clientId": 1,
        "name": "web",
        "image": "tiny:1",
        "status": "Up Less than a second (Paused)",
        "state": "paused",
        "created": 1795398664,
        "ports": [],
        "labels": {
          "app": "web",
        },
      },
    },
  },
  {
    "event": "container:unpaused",
    "payload": {
      "id": "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
      "name": "web",
      "image": "tiny:1",
      "state": "running",
      "created": 1795398664,
      "ports": [],
      "labels": {
        "app": "web",
      },
      "hostId": 1,
      "clientId": 1,
      "status": "Up Less than a second",
      "action": "unpause",
      "time": 1795398665455,
      "timeNano": "1795398665455130850",
      "containerId":
        "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
      "containerInfo": {
        "id":
          "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
        "hostId": 1,
        "clientId": 1,
        "name": "web",
        "image": "tiny:1",
        "status": "Up Less than a second",
        "state": "running",
        "created": 1795398664,
        "ports": [],
        "labels": {
          "app": "web",
        },
      },
    },
  },
  {
    "event": "container:restarted",
    "payload": {
      "id": "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
      "name": "web",
      "image": "tiny:1",
      "state": "running",
      "created": 1795398664,
      "ports": [],
      "labels": {
        "app": "web",
      },
      "hostId": 1,
      "clientId": 1,
      "status": "Up Less than a second",
      "action": "restart",
      "time": 1795398665961,
      "timeNano": "1795398665961932260",
      "containerId":
        "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
      "containerInfo": {
        "id":
          "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
        "hostId": 1,
        "clientId": 1,
        "name": "web",
        "image": "tiny:1",
        "status": "Up Less than a second",
        "state": "running",
        "created": 1795398664,
        "ports": [],
        "labels": {
          "app": "web",
        },
      },
    },
  },
  {
    "event": "container:died",
    "payload": {
      "id": "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
      "name": "web",
      "image": "tiny:1",
      "state": "exited",
      "created": 1795398664,
      "ports": [],
      "labels": {
        "app": "web",
      },
      "hostId": 1,
      "clientId": 1,
      "status": "Exited (137) Less than a second ago",
      "action": "die",
      "time": 1795398666028,
      "timeNano": "1795398666028048029",
      "exitCode": 137,
      "containerId":
        "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
      "containerInfo": {
        "id":
          "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
        "hostId": 1,
        "clientId": 1,
        "name": "web",
        "image": "tiny:1",
        "status": "Exited (137) Less than a second ago",
        "state": "exited",
        "created": 1795398664,
        "ports": [],
        "labels": {
          "app": "web",
        },
      },
    },
  },
  {
    "event": "container:stopped",
    "payload": {
      "id": "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
      "name": "web",
      "image": "tiny:1",
      "state": "exited",
      "created": 1795398664,
      "ports": [],
      "labels": {
        "app": "web",
      },
      "hostId": 1,
      "clientId": 1,
      "status": "Exited (137) Less than a second ago",
      "action": "stop",
      "time": 1795398666061,
      "timeNano": "1795398666061324212",
      "containerId":
        "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
      "containerInfo": {
        "id":
          "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
        "hostId": 1,
        "clientId": 1,
        "name": "web",
        "image": "tiny:1",
        "status": "Exited (137) Less than a second ago",
        "state": "exited",
        "created": 1795398664,
        "ports": [],
        "labels": {
          "app": "web",
        },
      },
    },
  },
  {
    "event": "container:removed",
    "payload": {
      "id": "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
      "name": "web",
      "image": "tiny:1",
      "state": "exited",
      "created": 1795398664,
      "ports": [],
      "labels": {
        "app": "web",
      },
      "hostId": 1,
      "clientId": 1,
      "status": "Exited (137) Less than a second ago",
      "action": "destroy",
      "time": 1795398666102,
      "timeNano": "1795398666102927446",
      "containerId":
        "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
      "containerInfo": {
        "id":
          "63c7f44c774f703deda7ec5a02fc74bf429898424275dee625c6dafe1ec3af1a",
        "hostId": 1,
        "clientId": 1,
        "name": "web",
        "image": "tiny:1",
        "status": "Exited (137) Less than a second ago",
        "state": "exited",
        "created": 1795398664,
        "ports": [],
        "labels": {
          "app": "web",
        },
      },
    },
  },
  {
    "event": "image:tagged",
    "payload": {
      "id":
        "sha256:a98072dd28621edcf521bdb8196b97954cbcdc518efd49bcd5229dd17e5bafcf",
      "name": "tiny:2",
      "labels": {},
      "hostId": 1,
      "clientId": 1,
      "action": "tag",
      "time": 1795398666121,
      "timeNano": "1795398666121717494",
    },
  },
];
