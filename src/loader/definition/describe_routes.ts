/**
 * Reads how the routes of a definition describe themselves, for those who ask
 * what the API takes and answers.
 *
 * @module
 */
import type { RouteContribution } from "../../plugin/contributions.ts";
import { DECLARED_LIMITS } from "../../plugin/declared_limits.ts";
import type { RouteDescription } from "../../plugin/described_route.ts";
import { isObject } from "../../shared/text/kind_of.ts";
import { Findings } from "./findings.ts";
import { jsonSchemaOf } from "./json_schema_of.ts";
import { plainCopy } from "./plain_copy.ts";

type Loose = Readonly<Record<string, unknown>>;

const PATH = ["config", "apiRoutes"];
const PARTS = ["body", "query", "params"] as const;
const LIMITS = {
  values: DECLARED_LIMITS.pageValues,
  length: DECLARED_LIMITS.expressionLength,
  characters: DECLARED_LIMITS.pageCharacters,
};

/**
 * Adds to each route how it describes itself.
 *
 * @param config What the definition holds as `config`.
 * @param findings Receives what is wrong.
 * @returns The routes, described.
 */
export function describeRoutes(
  routes: readonly RouteContribution[],
  config: Loose,
  findings: Findings,
): RouteContribution[] {
  const declared = isObject(config.apiRoutes) ? config.apiRoutes : {};
  const actions = isObject(config.actions) ? config.actions : {};
  const told = routes.map((route) => describe(route, declared, actions));
  // Descriptions keep no plugin from running.
  const scratch = new Findings();
  const copies = plainCopy(told, PATH, { findings: scratch, limits: LIMITS });
  if (!Array.isArray(copies)) {
    const [issue] = scratch.issues;
    findings.warn(PATH, `are not described: their schemas ${issue?.message}`);
    return [...routes];
  }
  return routes.map((route, index) => ({ ...route, ...copies[index] }));
}

function describe(
  { key, actions: names }: RouteContribution,
  declared: Loose,
  actions: Loose,
): RouteDescription {
  const route = Object(declared[key]) as Loose;
  const { summary } = route;
  const validators = [
    route.validate,
    ...names.map((name) =>
      Object.hasOwn(actions, name) ? Object(actions[name]).validate : undefined
    ),
  ];
  const schemas = readSchemas(validators);
  const responses = readResponses(route.responses);
  return {
    ...(typeof summary === "string" ? { summary } : {}),
    ...(Object.keys(schemas).length === 0 ? {} : { schemas }),
    ...(responses === undefined ? {} : { responses }),
  };
}

/** The first that checks a part sees it as the client sent it. */
function readSchemas(
  validators: readonly unknown[],
): Record<string, unknown> {
  const schemas: Record<string, unknown> = {};
  for (const part of PARTS) {
    const schema = validators.map((it) => Object(it)[part])
      .find((it) => it !== undefined && it !== null);
    const json = jsonSchemaOf(schema, "input");
    if (json !== undefined) schemas[part] = json;
  }
  return schemas;
}

function readResponses(
  value: unknown,
): RouteDescription["responses"] | undefined {
  if (!isObject(value)) return undefined;
  const statuses = Object.keys(value).filter((it) => STATUS.test(it));
  return Object.fromEntries(
    statuses.map((status) => [status, readResponse(value[status])]),
  );
}

const STATUS = /^(?:[1-5]\d\d|[1-5]XX|default)$/;

function readResponse(value: unknown) {
  if (typeof value === "string") return { description: value };
  const { description, schema, contentType } = Object(value);
  const json = jsonSchemaOf(schema, "output");
  return {
    description: typeof description === "string" ? description : "",
    ...(json === undefined ? {} : { schema: json }),
    ...(typeof contentType === "string" ? { contentType } : {}),
  };
}
