/**
 * Describes one route, asked by one method, as an operation of OpenAPI.
 *
 * @module
 */
import type {
  DescribedResponse,
  DescribedRoute,
  JsonSchema,
} from "../../plugin/described_route.ts";
import type { HttpMethod } from "../../plugin/route.ts";
import { isObject } from "../../shared/text/kind_of.ts";
import type { PathTemplate } from "./path_template.ts";
import type { SchemaParts } from "./schema_parts.ts";

/** What an operation is made of. */
export interface OperationParts {
  /** The route. */
  readonly route: DescribedRoute;
  /** The method. */
  readonly method: HttpMethod;
  /** The path. */
  readonly path: PathTemplate;
  /** The names in the document's path, which another route may have given. */
  readonly names: readonly string[];
  /** Its unique name. */
  readonly operationId: string;
  /** The schemas of the document. */
  readonly schemas: SchemaParts;
}

/** An operation of OpenAPI, as plain data. */
export type OpenApiOperation = Readonly<Record<string, unknown>>;

/**
 * Makes an operation.
 *
 * @param parts What it is made of.
 */
export function operationOf(parts: OperationParts): OpenApiOperation {
  const { route, operationId } = parts;
  const parameters = [...pathParameters(parts), ...queryParameters(parts)];
  return {
    operationId,
    tags: [route.plugin],
    ...(route.summary === undefined ? {} : { summary: route.summary }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...requestBody(parts),
    responses: responsesOf(parts),
  };
}

function pathParameters(
  { route, path, names, operationId, schemas }: OperationParts,
): object[] {
  return names.map((name, index) => {
    const own = path.names[index]!;
    const schema = propertyOf(route.schemas.params, own) ?? { type: "string" };
    return {
      name,
      in: "path",
      required: true,
      ...(own === path.rest
        ? { description: "The rest of the path, which may hold slashes" }
        : {}),
      schema: schemas.place(schema, `${operationId}_${name}`),
    };
  });
}

function queryParameters(
  { route, operationId, schemas }: OperationParts,
): object[] {
  const { query } = route.schemas;
  if (query === undefined || !isObject(query.properties)) return [];
  const required = Array.isArray(query.required) ? query.required : [];
  return Object.keys(query.properties).map((name) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema: schemas.place(
      propertyOf(query, name) ?? {},
      `${operationId}_${name}`,
    ),
  }));
}

/** A property with what its references need. */
function propertyOf(
  schema: JsonSchema | undefined,
  name: string,
): JsonSchema | undefined {
  if (schema === undefined || !isObject(schema.properties)) return undefined;
  if (!Object.hasOwn(schema.properties, name)) return undefined;
  const property = schema.properties[name];
  if (!isObject(property)) return undefined;
  return schema.$defs === undefined ? property : {
    ...property,
    $defs: schema.$defs,
  };
}

/** What is not known of a body is said to be anything. */
function requestBody(
  { route, method, operationId, schemas }: OperationParts,
): object {
  if (method === "GET" || method === "DELETE") {
    if (route.schemas.body === undefined || method === "GET") return {};
  }
  const { body } = route.schemas;
  const schema = body === undefined
    ? {}
    : schemas.place(body, `${operationId}_body`);
  return {
    requestBody: {
      required: body !== undefined,
      content: { "application/json": { schema } },
    },
  };
}

function responsesOf(
  { route, operationId, schemas }: OperationParts,
): Record<string, unknown> {
  const declared = Object.entries(route.responses ?? {});
  const responses = declared.length === 0
    ? [["200", { description: "What the last action returned" }] as const]
    : declared.map(([status, response]) =>
      [
        status,
        responseOf(response, schemas, `${operationId}_${status}`),
      ] as const
    );
  return {
    default: { $ref: "#/components/responses/Problem" },
    ...Object.fromEntries(responses),
  };
}

function responseOf(
  { description, schema, contentType }: DescribedResponse,
  schemas: SchemaParts,
  name: string,
): object {
  if (schema === undefined && contentType === undefined) return { description };
  const type = contentType ?? "application/json";
  const body = schema === undefined
    ? {}
    : { schema: schemas.place(schema, name) };
  return { description, content: { [type]: body } };
}
