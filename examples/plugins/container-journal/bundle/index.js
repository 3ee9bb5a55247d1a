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

// examples/plugins/container-journal/entry.ts
var EVENTS = [
  "created",
  "started",
  "stopped",
  "restarted",
  "paused",
  "unpaused",
  "died",
  "killed",
  "oom",
  "health_status",
  "renamed",
  "removed"
];
var DETAILS = [
  "exitCode",
  "signal",
  "oldName",
  "health"
];
function toEntry(event, container) {
  return {
    at: container.time ?? Date.now(),
    event,
    container: container.name,
    containerId: container.id,
    image: container.image,
    hostId: container.hostId,
    details: Object.fromEntries(DETAILS.flatMap((key) => {
      const value = container[key];
      return value === void 0 ? [] : [
        [
          key,
          value
        ]
      ];
    }))
  };
}
function toShown(entry) {
  return {
    ...entry,
    when: new Date(entry.at).toISOString().replace("T", " ").slice(0, 19),
    note: Object.entries(entry.details).map(([key, value]) => `${key} ${value}`).join(", ")
  };
}

// examples/plugins/container-journal/filter.ts
var DEFAULT_LIMIT = 50;
var MAX_LIMIT = 500;
function readFilter(given) {
  const field = (name) => String(given[name] ?? "").trim();
  const event = field("event").replace(/^container:/, "");
  const container = field("container");
  const times = {
    since: toTime(field("since")),
    until: toTime(field("until"))
  };
  const before = toWhole(field("before"));
  const limit = toWhole(field("limit")) ?? DEFAULT_LIMIT;
  if (event !== "" && !EVENTS.includes(event)) {
    return {
      error: `event "${event}" is not one of ${EVENTS.join(", ")}`
    };
  }
  if (Number.isNaN(times.since) || Number.isNaN(times.until)) {
    return {
      error: "since and until must be dates or Unix milliseconds"
    };
  }
  if (Number.isNaN(before)) return {
    error: "before must be an entry's id"
  };
  if (!(limit >= 1 && limit <= MAX_LIMIT)) {
    return {
      error: `limit must be a whole number from 1 to ${MAX_LIMIT}`
    };
  }
  return {
    filter: {
      ...event === "" ? {} : {
        event
      },
      ...container === "" ? {} : {
        container
      },
      ...times.since === void 0 ? {} : {
        since: times.since
      },
      ...times.until === void 0 ? {} : {
        until: times.until
      },
      ...before === void 0 ? {} : {
        before
      },
      limit
    }
  };
}
function findEntries(table2, { event, container, since, until, before, limit }) {
  const query = table2.select([
    "*"
  ]).orderBy("id").desc().limit(limit + 1);
  if (event !== void 0) query.where("event", "=", event);
  if (before !== void 0) query.where("id", "<", before);
  if (since !== void 0) query.whereExpr("at >= ?", [
    since
  ]);
  if (until !== void 0) query.whereExpr("at <= ?", [
    until
  ]);
  if (container !== void 0) {
    query.whereExpr("instr(container, ?) > 0 OR instr(containerId, ?) = 1", [
      container,
      container
    ]);
  }
  return query.all();
}
function toWhole(text) {
  if (text === "") return void 0;
  return /^\d{1,15}$/.test(text) ? Number(text) : NaN;
}
function toTime(text) {
  const whole = toWhole(text);
  return whole === void 0 || !Number.isNaN(whole) ? whole : Date.parse(text);
}

// examples/plugins/container-journal/page.ts
var template = {
  id: "container-journal",
  name: "Container journal",
  layout: {
    type: "flex",
    direction: "column",
    gap: 16,
    padding: 16
  },
  state: {
    initial: {
      container: "",
      event: ""
    }
  },
  widgets: [
    {
      type: "container",
      props: {
        layout: "flex",
        gap: 8,
        align: "end"
      },
      children: [
        input("container", "Container, by name or id"),
        input("event", "Event, such as died"),
        {
          type: "button",
          props: {
            text: "Search",
            action: "refresh"
          }
        },
        {
          type: "button",
          props: {
            text: "Failures",
            variant: "danger",
            action: "failures"
          }
        }
      ]
    },
    {
      type: "table",
      props: {
        striped: true,
        columns: [
          {
            key: "when",
            title: "Time (UTC)",
            width: "12rem"
          },
          {
            key: "event",
            title: "Event"
          },
          {
            key: "container",
            title: "Container"
          },
          {
            key: "image",
            title: "Image"
          },
          {
            key: "note",
            title: "Details"
          }
        ]
      },
      bindings: {
        data: "journal.entries"
      }
    }
  ]
};
var frontend = createFrontendConfig({
  routes: [
    createFrontendRoute({
      path: "/journal",
      template,
      meta: {
        title: "Container journal",
        icon: "history",
        navOrder: 10
      },
      loaders: [
        createFrontendLoader({
          id: "journal",
          apiRoute: "/search",
          method: "POST",
          body: {
            container: "{{container}}",
            event: "{{event}}",
            limit: 100
          },
          dataKey: "journal",
          polling: {
            interval: 5e3,
            enabled: true
          }
        })
      ],
      actions: [
        createFrontendAction({
          id: "refresh",
          type: "reload",
          loaderIds: [
            "journal"
          ]
        }),
        createFrontendAction({
          id: "failures",
          type: "setState",
          stateUpdates: {
            event: "died"
          },
          onSuccess: {
            triggerAction: "refresh"
          }
        })
      ]
    })
  ]
});
function input(name, placeholder) {
  return {
    type: "input",
    props: {
      placeholder,
      binding: name
    },
    bindings: {
      value: name
    }
  };
}

// examples/plugins/container-journal/plugin.ts
var KEPT_ENTRIES = 1e4;
var table = createTable({
  name: "container_journal",
  columns: {
    id: column.id(),
    at: column.integer({
      notNull: true
    }),
    event: column.text({
      notNull: true
    }),
    container: column.text({
      notNull: true
    }),
    containerId: column.text({
      notNull: true
    }),
    image: column.text({
      notNull: true
    }),
    hostId: column.integer({
      notNull: true
    }),
    details: column.json({
      notNull: true
    })
  }
});
var actions = createActions()({
  readQuery: ({ query }) => readFilter(Object.fromEntries(query)),
  readBody: ({ body }) => readFilter(typeof body === "object" && body !== null ? body : {}),
  listEntries: ({ table: table2, previousAction, stop }) => {
    const reading = previousAction;
    if ("error" in reading) return stop(refusal(422, reading.error));
    const { limit } = reading.filter;
    const found = findEntries(table2, reading.filter);
    const entries = found.slice(0, limit).map(toShown);
    return {
      total: table2.count(),
      entries,
      // What to ask for with `before` to go on.
      next: found.length > limit ? entries.at(-1).id : null
    };
  },
  findEntry: ({ table: table2, params }) => {
    const entry = table2.where("id", "=", Number(params.id)).first();
    return entry === null ? refusal(404, `the journal has no entry ${params.id}`) : toShown(entry);
  },
  listContainers: ({ table: table2 }) => {
    const latest = /* @__PURE__ */ new Map();
    for (const entry of table2.select([
      "*"
    ]).orderBy("id").all()) {
      const { containerId, container, image, event, at, details } = entry;
      const before = latest.get(containerId);
      latest.set(containerId, {
        containerId,
        container,
        image,
        lastEvent: event,
        lastAt: at,
        exitCode: details.exitCode ?? before?.exitCode ?? null,
        events: Number(before?.events ?? 0) + 1
      });
    }
    return [
      ...latest.values()
    ].reverse();
  },
  summarise: ({ table: table2 }) => ({
    total: table2.count(),
    events: Object.fromEntries(EVENTS.map((event) => [
      event,
      table2.where({
        event
      }).count()
    ]))
  })
});
function recorder(event) {
  return (container, { table: table2, logger }) => {
    const { lastInsertRowid } = table2.insert(toEntry(event, container));
    if (lastInsertRowid % 100 === 0) {
      table2.where("id", "<=", lastInsertRowid - KEPT_ENTRIES).delete();
    }
    logger.info(`${container.name} ${event}`);
  };
}
var plugin_default = definePlugin({
  name: "container-journal",
  version: "1.0.0",
  config: {
    table,
    actions,
    apiRoutes: {
      "/events": {
        method: "GET",
        actions: [
          "readQuery",
          "listEntries"
        ]
      },
      "/search": {
        method: "POST",
        actions: [
          "readBody",
          "listEntries"
        ]
      },
      "/events/:id": {
        method: "GET",
        actions: [
          "findEntry"
        ]
      },
      "/containers": {
        method: "GET",
        actions: [
          "listContainers"
        ]
      },
      "/summary": {
        method: "GET",
        actions: [
          "summarise"
        ]
      }
    },
    frontend
  },
  events: Object.fromEntries(EVENTS.map((event) => [
    `container:${event}`,
    recorder(event)
  ]))
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
