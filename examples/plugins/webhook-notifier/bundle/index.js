// src/builder/create_actions.ts
function createActions(actions2) {
  return actions2 ?? ((later) => later);
}

// src/builder/create_frontend.ts
function createFrontendConfig(config) {
  return config;
}
function createFrontendRoute(route) {
  return route;
}
function createFrontendLoader(loader) {
  return loader;
}
function createFrontendAction(action) {
  return action;
}

// src/builder/create_table.ts
function createTable(config) {
  return config;
}

// src/builder/define_plugin.ts
function definePlugin(definition) {
  return definition;
}

// src/errors.ts
var ERROR_STATUS = {
  /** No plugin with this id or name is stored. */
  PLUGIN_NOT_FOUND: 404,
  /** The plugin is stored, but not loaded. */
  PLUGIN_NOT_LOADED: 409,
  /** The plugin is loaded already. */
  PLUGIN_ALREADY_LOADED: 409,
  /** The plugin declares no route for this path. */
  ROUTE_NOT_FOUND: 404,
  /** The plugin declares the route, but not for this method. */
  METHOD_NOT_ALLOWED: 405,
  /** The route names an action that the plugin does not define. */
  ACTION_NOT_FOUND: 500,
  /** An action threw or rejected. */
  ACTION_FAILED: 500,
  /** An action, or its route, took longer than it may. */
  ACTION_TIMEOUT: 504,
  /** The module exports nothing usable, or its definition is malformed. */
  INVALID_PLUGIN: 422,
  /** Importing the code, making the table or `init()` failed. */
  LOAD_FAILED: 500,
  /** Import and `init()` took longer than they may. */
  LOAD_TIMEOUT: 504,
  /** The request itself is malformed, such as a broken percent escape. */
  INVALID_REQUEST: 400,
  /** The request body does not parse as what its content type says. */
  INVALID_BODY: 400,
  /** The request body is larger than allowed. */
  BODY_TOO_LARGE: 413,
  /** A body, query or parameter does not match the declared schema. */
  VALIDATION_FAILED: 422,
  /** The manifest does not parse or does not validate. */
  INVALID_MANIFEST: 422,
  /** The manifest or the bundle could not be fetched. */
  MANIFEST_FETCH_FAILED: 502,
  /** The manifest or the bundle is larger than allowed. */
  MANIFEST_TOO_LARGE: 413,
  /** The host, scheme or address may not be fetched from. */
  HOST_NOT_ALLOWED: 403,
  /** The code is not the code that was promised or stored. */
  INTEGRITY_MISMATCH: 422,
  /** The signature is missing where required, wrong, or of an unknown key. */
  SIGNATURE_INVALID: 403,
  /** The verification service does not vouch for the plugin. */
  VERIFICATION_REFUSED: 403,
  /** The plugin asks for more permissions than the operator granted. */
  PERMISSION_REQUIRED: 403,
  /** The table belongs to another plugin. */
  TABLE_NAME_TAKEN: 409,
  /** The plugin's process ended, or broke the protocol. */
  SANDBOX_CRASHED: 502,
  /** The database refused or failed. */
  STORE_FAILED: 500,
  /** The Docker Engine is out of reach, refused, or its address is unusable. */
  DOCKER_FAILED: 502
};
var PluginError = class extends Error {
  /** The stable code that callers branch on. */
  code;
  /** The HTTP status that the code maps to. */
  status;
  /** The plugin that the error is about, where there is one. */
  pluginId;
  /**
   * @param code The stable code.
   * @param message What happened, to which plugin, and what to do.
   * @param options The plugin's id and the cause.
   */
  constructor(code, message, options = {}) {
    super(message, options);
    this.name = "PluginError";
    this.code = code;
    this.status = ERROR_STATUS[code];
    if (options.pluginId !== void 0) this.pluginId = options.pluginId;
  }
};

// src/dispatch/reply.ts
var REPLY = Symbol.for("@dockstat/plugin-handler/reply");

// src/store/store_error.ts
function storeError(message, cause) {
  return new PluginError("STORE_FAILED", message, cause === void 0 ? {} : {
    cause
  });
}

// src/store/sql_text.ts
function quoteString(text) {
  if (text.includes("\0")) {
    throw storeError("Cannot write a string literal: it holds a NUL");
  }
  return `'${text.replaceAll("'", "''")}'`;
}

// src/store/sql_words.ts
function defaultExpr(expression) {
  return {
    _type: "expression",
    expression
  };
}
function call(name, ...args) {
  return `${name}(${args.filter((arg) => arg !== void 0).join(", ")})`;
}
var SQLiteFunctions = {
  /** `DATE(value)`. */
  DATE: (value = "'now'", ...modifiers) => call("DATE", value, ...modifiers.map(quoteString)),
  /** `TIME(value)`. */
  TIME: (value = "'now'", ...modifiers) => call("TIME", value, ...modifiers.map(quoteString)),
  /** `DATETIME(value)`. */
  DATETIME: (value = "'now'", ...modifiers) => call("DATETIME", value, ...modifiers.map(quoteString)),
  /** `JULIANDAY(value)`. */
  JULIANDAY: (value = "'now'") => call("JULIANDAY", value),
  /** `STRFTIME('format', value)`. */
  STRFTIME: (format, value = "'now'") => call("STRFTIME", quoteString(format), value),
  /** `UNIXEPOCH(value)`. */
  UNIXEPOCH: (value = "'now'") => call("UNIXEPOCH", value),
  /** `LENGTH(value)`. */
  LENGTH: (value) => call("LENGTH", value),
  /** `LOWER(value)`. */
  LOWER: (value) => call("LOWER", value),
  /** `UPPER(value)`. */
  UPPER: (value) => call("UPPER", value),
  /** `TRIM(value)`. */
  TRIM: (value) => call("TRIM", value),
  /** `LTRIM(value)`. */
  LTRIM: (value) => call("LTRIM", value),
  /** `RTRIM(value)`. */
  RTRIM: (value) => call("RTRIM", value),
  /** `SUBSTR(value, start, length)`. */
  SUBSTR: (value, start, length) => call("SUBSTR", value, start, length),
  /** `REPLACE(value, search, replacement)`. */
  REPLACE: (value, search, replacement) => call("REPLACE", value, search, replacement),
  /** `INSTR(value, search)`. */
  INSTR: (value, search) => call("INSTR", value, search),
  /** `ABS(value)`. */
  ABS: (value) => call("ABS", value),
  /** `ROUND(value, digits)`. */
  ROUND: (value, digits) => call("ROUND", value, digits),
  /** `RANDOM()`. */
  RANDOM: () => "RANDOM()",
  /** `HEX(value)`. */
  HEX: (value) => call("HEX", value),
  /** `RANDOMBLOB(length)`. */
  RANDOMBLOB: (length) => call("RANDOMBLOB", length),
  /** `COUNT(value)`; `COUNT(*)` without one. */
  COUNT: (value = "*") => call("COUNT", value),
  /** `SUM(value)`. */
  SUM: (value) => call("SUM", value),
  /** `AVG(value)`. */
  AVG: (value) => call("AVG", value),
  /** `MIN(value)`. */
  MIN: (...values) => call("MIN", ...values),
  /** `MAX(value)`. */
  MAX: (...values) => call("MAX", ...values),
  /** `TOTAL(value)`. */
  TOTAL: (value) => call("TOTAL", value),
  /** `GROUP_CONCAT(value, 'separator')`. */
  GROUP_CONCAT: (value, separator) => call("GROUP_CONCAT", value, separator === void 0 ? void 0 : quoteString(separator)),
  /** `COALESCE(values)`. */
  COALESCE: (...values) => call("COALESCE", ...values),
  /** `IFNULL(value, fallback)`. */
  IFNULL: (value, fallback) => call("IFNULL", value, fallback),
  /** `NULLIF(a, b)`. */
  NULLIF: (a, b) => call("NULLIF", a, b),
  /** `TYPEOF(value)`. */
  TYPEOF: (value) => call("TYPEOF", value),
  /** `JSON(value)`. */
  JSON: (value) => call("JSON", value),
  /** `JSON_VALID(value)`. */
  JSON_VALID: (value) => call("JSON_VALID", value),
  /** `JSON_EXTRACT(value, 'path')`. */
  JSON_EXTRACT: (value, path) => call("JSON_EXTRACT", value, quoteString(path)),
  /** `JSON_ARRAY_LENGTH(value)`. */
  JSON_ARRAY_LENGTH: (value) => call("JSON_ARRAY_LENGTH", value)
};
function callable(expression) {
  const plain = defaultExpr(expression);
  return Object.assign(() => plain, plain);
}
var sql = {
  ...SQLiteFunctions,
  now: callable("datetime('now')"),
  currentTimestamp: callable("CURRENT_TIMESTAMP"),
  currentDate: callable("CURRENT_DATE"),
  currentTime: callable("CURRENT_TIME"),
  unixTimestamp: callable("strftime('%s', 'now')"),
  raw: (text) => defaultExpr(text),
  null: () => defaultExpr("NULL"),
  true: () => defaultExpr("1"),
  false: () => defaultExpr("0")
};

// src/store/column.ts
var UNIX_NOW = defaultExpr("strftime('%s', 'now')");
var ISO_NOW = defaultExpr("strftime('%Y-%m-%dT%H:%M:%fZ', 'now')");
var RANDOM_UUID = defaultExpr("lower(hex(randomblob(4))) || '-' || lower(hex(randomblob(2))) || '-4' || substr(lower(hex(randomblob(2))), 2) || '-' || substr('89ab', abs(random() % 4) + 1, 1) || substr(lower(hex(randomblob(2))), 2) || '-' || lower(hex(randomblob(6)))");
var column = {
  /** An integer that is the primary key, and is never used again. */
  id: (constraints = {}) => define("INTEGER", {
    primaryKey: true,
    autoincrement: true,
    notNull: true,
    ...constraints
  }),
  /** Text. */
  text: ({ variant = "TEXT", ...rest } = {}) => define(variant, rest),
  /** Text of a length, which SQLite does not enforce. */
  varchar: (length, constraints = {}) => define("VARCHAR", {
    length,
    ...constraints
  }),
  /** Text of a length, which SQLite does not enforce. */
  char: (length, constraints = {}) => define("CHAR", {
    length,
    ...constraints
  }),
  /** A whole number. */
  integer: ({ size = "INTEGER", ...rest } = {}) => define(size, rest),
  /** A floating-point number. */
  real: ({ variant = "REAL", ...rest } = {}) => define(variant, rest),
  /** A number of any kind. */
  numeric: ({ variant = "NUMERIC", ...rest } = {}) => define(variant, rest),
  /** Bytes. */
  blob: (constraints = {}) => define("BLOB", constraints),
  /** A date; reads back as `Date`. */
  date: (constraints = {}) => define("DATE", constraints),
  /** A date and time; reads back as `Date`. */
  datetime: (constraints = {}) => define("DATETIME", constraints),
  /** A time. */
  time: (constraints = {}) => define("TIME", constraints),
  /** 0 or 1; reads back as `false` or `true`. */
  boolean: (constraints = {}) => define("BOOLEAN", {
    check: "{{COLUMN}} IN (0, 1)",
    ...constraints
  }),
  /** Anything that JSON holds; reads back parsed. */
  json: ({ validateJson = false, ...rest } = {}) => define("JSON", {
    ...validateJson ? {
      check: "JSON_VALID({{COLUMN}})"
    } : {},
    ...rest
  }),
  /** Unix seconds, or text; it is not converted unless the parser says so. */
  timestamp: ({ asText = false, ...rest } = {}) => define(asText ? "TEXT" : "INTEGER", rest),
  /** When the row was made: Unix seconds, or an ISO date. */
  createdAt: ({ asText = false, ...rest } = {}) => define(asText ? "DATETIME" : "INTEGER", {
    notNull: true,
    default: asText ? ISO_NOW : UNIX_NOW,
    ...rest
  }),
  /** When the row was last changed; nothing sets it on later writes. */
  updatedAt: ({ asText = false, ...rest } = {}) => define(asText ? "DATETIME" : "INTEGER", {
    default: asText ? ISO_NOW : UNIX_NOW,
    ...rest
  }),
  /** A UUID as text. */
  uuid: ({ generateDefault = false, ...rest } = {}) => define("TEXT", {
    length: 36,
    ...generateDefault ? {
      default: RANDOM_UUID
    } : {},
    ...rest
  }),
  /** One of several texts. */
  enum: (values, constraints = {}) => define("TEXT", {
    notNull: true,
    check: `{{COLUMN}} IN (${values.map(quoteString).join(", ")})`,
    ...constraints
  }),
  /** The key of a row in a table. */
  foreignKey: (table2, target = "id", { onDelete, onUpdate, type = "INTEGER", ...rest } = {}) => define(type, {
    references: {
      table: table2,
      column: target,
      ...onDelete === void 0 ? {} : {
        onDelete
      },
      ...onUpdate === void 0 ? {} : {
        onUpdate
      }
    },
    ...rest
  }),
  /** The source of a module; the parser says how it reads back. */
  module: (constraints = {}) => define("TEXT", {
    comment: "Source of a module",
    ...constraints
  })
};
function define(type, parts) {
  const definition = {
    type,
    ...parts
  };
  const given = definition.default;
  if (typeof given === "function") {
    definition.default = defaultExpr(given.expression);
  }
  return definition;
}

// examples/plugins/webhook-notifier/delivery.ts
var PAUSES = [
  250,
  1e3,
  4e3
];
var ATTEMPT_TIMEOUT_MS = 5e3;
var LONGEST_PAUSE_MS = 3e4;
async function deliver(target, message, { signal, pauses = PAUSES }) {
  const id = crypto.randomUUID();
  for (let attempt = 1; ; attempt++) {
    const outcome = await attemptOnce(target, message, {
      id,
      signal
    });
    const pause = pauses[attempt - 1];
    if (!outcome.again || pause === void 0 || signal.aborted) {
      const times = attempt === 1 ? "" : ` after ${attempt} attempts`;
      return {
        ok: outcome.ok,
        result: outcome.result + times
      };
    }
    await sleep(Math.max(pause, outcome.retryAfterMs), signal);
  }
}
async function attemptOnce({ url, secret }, message, { id, signal }) {
  const body = JSON.stringify(message);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "dockstat-webhook-notifier/1.0",
        "x-dockstat-event": message.event,
        "x-dockstat-delivery": id,
        ...secret === "" ? {} : {
          "x-dockstat-signature": `sha256=${await sign(secret, body)}`
        }
      },
      body,
      redirect: "manual",
      signal: AbortSignal.any([
        signal,
        AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)
      ])
    });
    await response.body?.cancel();
    const { ok, status, headers } = response;
    return {
      ok,
      again: status === 408 || status === 429 || status >= 500,
      result: String(status),
      retryAfterMs: toPause(headers.get("retry-after"))
    };
  } catch (error) {
    const result = error instanceof Error ? error.message : String(error);
    return {
      ok: false,
      again: true,
      result,
      retryAfterMs: 0
    };
  }
}
async function sign(secret, body) {
  const bytes = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", bytes.encode(secret), {
    name: "HMAC",
    hash: "SHA-256"
  }, false, [
    "sign"
  ]);
  const digest = await crypto.subtle.sign("HMAC", key, bytes.encode(body));
  return new Uint8Array(digest).toHex();
}
function toPause(retryAfter) {
  if (retryAfter === null) return 0;
  const seconds = Number(retryAfter);
  const pause = Number.isNaN(seconds) ? Date.parse(retryAfter) - Date.now() : seconds * 1e3;
  return Math.min(Math.max(pause || 0, 0), LONGEST_PAUSE_MS);
}
function sleep(milliseconds, signal) {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}

// examples/plugins/webhook-notifier/outbox.ts
var MOST_WAITING = 200;
var Outbox = class {
  #lines = /* @__PURE__ */ new Map();
  #running = /* @__PURE__ */ new Set();
  #closing = new AbortController();
  /**
   * Lets a job wait for its turn.
   *
   * @param key The line.
   * @param job The job.
   * @returns Whether there was room for it.
   */
  add(key, job) {
    if (this.#closing.signal.aborted) return false;
    const line = this.#lines.get(key);
    if (line === void 0) {
      this.#lines.set(key, [
        job
      ]);
      const running = this.#run(key).finally(() => this.#running.delete(running));
      this.#running.add(running);
      return true;
    }
    return line.length < MOST_WAITING && line.push(job) > 0;
  }
  /** Forgets what waits in a line. */
  drop(key) {
    this.#lines.get(key)?.splice(1);
  }
  /**
   * Ends what is under way, and forgets what waits.
   *
   * @returns When nothing runs any more.
   */
  async close() {
    this.#closing.abort();
    await Promise.all(this.#running);
  }
  async #run(key) {
    const line = this.#lines.get(key);
    const { signal } = this.#closing;
    for (; line.length > 0 && !signal.aborted; line.shift()) {
      await line[0](signal);
    }
    this.#lines.delete(key);
  }
};

// examples/plugins/webhook-notifier/page.ts
var EMPTY_FORM = {
  url: "",
  events: "",
  container: "",
  secret: ""
};
var template = {
  id: "webhook-notifier",
  name: "Webhooks",
  layout: {
    type: "flex",
    direction: "column",
    gap: 16,
    padding: 16
  },
  state: {
    initial: {
      ...EMPTY_FORM,
      chosen: ""
    }
  },
  widgets: [
    card("New webhook", [
      input("url", "https://example.com/hook", "url"),
      input("events", "container:died, image:* (empty for everything)"),
      input("container", "Part of a container's name (empty for all)"),
      input("secret", "Secret to sign with (empty for none)", "password"),
      {
        type: "button",
        props: {
          text: "Subscribe",
          action: "subscribe"
        }
      }
    ]),
    {
      type: "table",
      props: {
        columns: [
          {
            key: "id",
            title: "Id",
            width: "4rem"
          },
          {
            key: "url",
            title: "URL"
          },
          {
            key: "events",
            title: "Events"
          },
          {
            key: "delivered",
            title: "Delivered",
            align: "right"
          },
          {
            key: "failed",
            title: "Failed",
            align: "right"
          },
          {
            key: "lastResult",
            title: "Last result"
          }
        ]
      },
      bindings: {
        data: "subscriptions"
      }
    },
    card("One webhook", [
      input("chosen", "Id", "number"),
      {
        type: "button",
        props: {
          text: "Send a test",
          action: "test"
        }
      },
      {
        type: "button",
        props: {
          text: "Unsubscribe",
          variant: "danger",
          action: "remove"
        }
      }
    ])
  ]
};
var frontend = createFrontendConfig({
  routes: [
    createFrontendRoute({
      path: "/webhooks",
      template,
      meta: {
        title: "Webhooks",
        icon: "webhook",
        navOrder: 20
      },
      loaders: [
        createFrontendLoader({
          id: "subscriptions",
          apiRoute: "/subscriptions",
          dataKey: "subscriptions",
          polling: {
            interval: 1e4,
            enabled: true
          }
        })
      ],
      actions: [
        createFrontendAction({
          id: "refresh",
          type: "reload",
          loaderIds: [
            "subscriptions"
          ]
        }),
        createFrontendAction({
          id: "subscribe",
          type: "api",
          apiRoute: "/subscribe",
          body: {
            url: "{{url}}",
            events: "{{events}}",
            container: "{{container}}",
            secret: "{{secret}}"
          },
          onSuccess: {
            setState: EMPTY_FORM,
            notify: {
              message: "Subscribed",
              type: "success"
            },
            triggerAction: "refresh"
          },
          onError: {
            notify: {
              message: "Not subscribed",
              type: "error"
            }
          }
        }),
        createFrontendAction({
          id: "test",
          type: "api",
          apiRoute: "/test",
          body: {
            id: "{{chosen}}"
          },
          onSuccess: {
            notify: {
              message: "The test arrived",
              type: "success"
            },
            triggerAction: "refresh"
          },
          onError: {
            notify: {
              message: "The test did not arrive",
              type: "error"
            },
            triggerAction: "refresh"
          }
        }),
        createFrontendAction({
          id: "remove",
          type: "api",
          apiRoute: "/unsubscribe",
          body: {
            id: "{{chosen}}"
          },
          confirm: {
            message: "Remove this webhook?"
          },
          onSuccess: {
            setState: {
              chosen: ""
            },
            triggerAction: "refresh"
          },
          onError: {
            notify: {
              message: "There is no such webhook",
              type: "error"
            }
          }
        })
      ]
    })
  ]
});
function input(name, placeholder, type = "text") {
  return {
    type: "input",
    props: {
      type,
      placeholder,
      binding: name
    },
    bindings: {
      value: name
    }
  };
}
function card(title, children) {
  return {
    type: "card",
    props: {},
    children: [
      {
        type: "cardHeader",
        props: {
          text: title
        }
      },
      {
        type: "cardBody",
        props: {},
        children
      }
    ]
  };
}

// examples/plugins/webhook-notifier/subscription.ts
var EVENTS = [
  "container:created",
  "container:started",
  "container:stopped",
  "container:restarted",
  "container:paused",
  "container:unpaused",
  "container:died",
  "container:killed",
  "container:oom",
  "container:health_status",
  "container:renamed",
  "container:removed",
  "image:pulled",
  "image:removed"
];
var PATTERNS = /* @__PURE__ */ new Set([
  ...EVENTS,
  "container:*",
  "image:*",
  "*"
]);
function readWish(body) {
  if (typeof body !== "object" || body === null) return void 0;
  const given = body;
  const field = (name) => String(given[name] ?? "").trim();
  const events = Array.isArray(given.events) ? given.events.map(String) : field("events").split(/[\s,]+/);
  const named = events.filter((event) => event !== "");
  return {
    url: field("url"),
    events: named.length === 0 ? [
      "*"
    ] : [
      ...new Set(named)
    ],
    container: field("container"),
    secret: field("secret")
  };
}
function usableUrl(text) {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return void 0;
  return url.username === "" && url.password === "" ? url.href : void 0;
}
function unknownEvents(events) {
  return events.filter((event) => !PATTERNS.has(event));
}
function isWanted({ events, container }, event, subject) {
  const kind = event.slice(0, event.indexOf(":"));
  return subject.includes(container) && events.some((name) => name === event || name === "*" || name === `${kind}:*`);
}
function toShown(subscription) {
  const { secret, ...shown } = subscription;
  return {
    ...shown,
    signed: secret !== ""
  };
}

// examples/plugins/webhook-notifier/plugin.ts
var outbox = new Outbox();
var table = createTable({
  name: "webhook_subscriptions",
  columns: {
    id: column.id(),
    url: column.text({
      notNull: true
    }),
    events: column.json({
      notNull: true
    }),
    container: column.text({
      notNull: true
    }),
    secret: column.text({
      notNull: true
    }),
    createdAt: column.createdAt(),
    delivered: column.integer({
      notNull: true,
      default: 0
    }),
    failed: column.integer({
      notNull: true,
      default: 0
    }),
    lastResult: column.text({
      notNull: true,
      default: ""
    })
  }
});
var actions = createActions()({
  readWish: ({ body, stop }) => readWish(body) ?? stop(refusal(422, "send an object or a form with a url")),
  checkUrl: ({ previousAction, stop }) => {
    const wish = previousAction;
    const url = usableUrl(wish.url);
    return url === void 0 ? stop(refusal(422, `url "${wish.url}" is no http or https URL`)) : {
      ...wish,
      url
    };
  },
  checkEvents: ({ previousAction, stop }) => {
    const wish = previousAction;
    const unknown = unknownEvents(wish.events);
    if (unknown.length === 0) return wish;
    const known = [
      ...EVENTS,
      "container:*",
      "image:*",
      "*"
    ].join(", ");
    return stop(refusal(422, `events has ${unknown.join(", ")}, which is none of ${known}`));
  },
  refuseDuplicate: ({ table: table2, previousAction, stop }) => {
    const { url, container } = previousAction;
    const other = table2.where({
      url,
      container
    }).first();
    return other === null ? previousAction : stop(refusal(409, `subscription ${other.id} is the same; remove it first`));
  },
  subscribe: ({ table: table2, previousAction, logger }) => {
    const wish = previousAction;
    const { lastInsertRowid } = table2.insert({
      ...wish
    });
    logger.info(`subscription ${lastInsertRowid} for ${wish.url}`);
    const saved = table2.where({
      id: lastInsertRowid
    }).first();
    return Response.json(toShown(saved), {
      status: 201
    });
  },
  listSubscriptions: ({ table: table2 }) => table2.select([
    "*"
  ]).orderBy("id").all().map(toShown),
  findSubscription: ({ table: table2, body, stop }) => {
    const id = Number(Object(body).id);
    const found = Number.isSafeInteger(id) ? table2.where({
      id
    }).first() : null;
    return found ?? stop(refusal(404, `there is no subscription ${Object(body).id}; see GET /subscriptions`));
  },
  sendTest: async ({ table: table2, previousAction, signal }) => {
    const subscription = previousAction;
    const delivery = await deliver(subscription, testMessage(), {
      signal,
      pauses: []
    });
    keepScore(table2, subscription.id, delivery);
    return delivery.ok ? delivery : refusal(502, `the test did not arrive: ${delivery.result}`);
  },
  unsubscribe: ({ table: table2, previousAction }) => {
    const { id } = previousAction;
    table2.where({
      id
    }).delete();
    outbox.drop(id);
    return {
      removed: id
    };
  }
});
function notifier(event) {
  return (subject, { table: table2, logger }) => {
    const message = toMessage(event, subject);
    const wanted = table2.select([
      "*"
    ]).all().filter((it) => isWanted(it, event, subject.name ?? subject.id));
    for (const subscription of wanted) {
      const { id, url } = subscription;
      const isWaiting = outbox.add(id, async (signal) => {
        const delivery = await deliver(subscription, message, {
          signal
        });
        if (signal.aborted) return;
        keepScore(table2, id, delivery);
        logger.info(`${event} to ${url}: ${delivery.result}`);
      });
      if (isWaiting) continue;
      keepScore(table2, id, {
        ok: false,
        result: "too many events wait"
      });
      logger.warn(`${event} to ${url} was dropped: too many events wait`);
    }
  };
}
function keepScore(table2, id, delivery) {
  const score = delivery.ok ? "delivered" : "failed";
  const count = table2.where({
    id
  }).value(score);
  if (count === null) return;
  table2.where({
    id
  }).update({
    [score]: count + 1,
    lastResult: delivery.result
  });
}
function toMessage(event, subject) {
  const { id, name = id } = subject;
  const [kind, happened] = event.split(":");
  const details = subject;
  const { image, hostId, exitCode, signal, oldName, health } = details;
  return {
    event,
    text: `${kind} ${name}: ${happened}`,
    at: new Date(Number(details.time ?? Date.now())).toISOString(),
    subject: {
      id,
      name,
      image,
      hostId,
      exitCode,
      signal,
      oldName,
      health
    }
  };
}
function testMessage() {
  return {
    event: "test",
    text: "This is a test of a DockStat webhook",
    at: (/* @__PURE__ */ new Date()).toISOString(),
    subject: {}
  };
}
var plugin_default = definePlugin({
  name: "webhook-notifier",
  version: "1.0.0",
  config: {
    table,
    actions,
    apiRoutes: {
      "/subscribe": {
        method: "POST",
        actions: [
          "readWish",
          "checkUrl",
          "checkEvents",
          "refuseDuplicate",
          "subscribe"
        ]
      },
      "/subscriptions": {
        method: "GET",
        actions: [
          "listSubscriptions"
        ]
      },
      "/test": {
        method: "POST",
        actions: [
          "findSubscription",
          "sendTest"
        ]
      },
      "/unsubscribe": {
        method: "POST",
        actions: [
          "findSubscription",
          "unsubscribe"
        ]
      }
    },
    frontend
  },
  events: Object.fromEntries(EVENTS.map((event) => [
    event,
    notifier(event)
  ])),
  cleanup: () => outbox.close()
});
function refusal(status, detail) {
  return Response.json({
    status,
    detail
  }, {
    status
  });
}
export {
  plugin_default as default
};
