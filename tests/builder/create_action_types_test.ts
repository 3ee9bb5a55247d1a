import {
  createAction,
  createActions,
  createRoute,
  type StandardSchema,
  type ValidatedActionContext,
} from "@dockstat/plugin-handler/builder";
import { assertEquals } from "@std/assert";
import { assertType, type IsAny, type IsExact } from "@std/testing/types";
import { z } from "zod";

interface Note {
  id: number;
  text: string;
}

Deno.test("createAction() types body and result when they are given", () => {
  const add = createAction<Note, { text: string }, { id?: number }>(
    ({ table, body, logger }) => {
      assertType<IsExact<typeof body, { text: string } | undefined>>(true);
      logger.info(`${body?.text}`);
      return { id: table?.insert({ text: body?.text }).lastInsertRowid };
    },
  );
  assertType<
    IsExact<Awaited<ReturnType<typeof add>>, { id?: number }>
  >(true);
  // @ts-expect-error: the result has no such property
  createAction<Note, unknown, { id: number }>(() => ({ key: 1 }));
  // @ts-expect-error: the body has no such property
  createAction<Note, { text: string }>(({ body }) => body?.title);
});

Deno.test("createAction() infers the result when no type is given", () => {
  const count = createAction(({ table, body }) => {
    assertType<IsAny<typeof body>>(true);
    return table?.count() ?? 0;
  });
  assertType<IsExact<Awaited<ReturnType<typeof count>>, number>>(true);
});

Deno.test("createAction() types the context by its schemas", () => {
  const page = createAction({
    validate: {
      body: z.object({ text: z.string().transform((text) => text.length) }),
      query: z.object({ page: z.coerce.number() }),
    },
    handler: ({ body, query, params }) => {
      assertType<IsExact<typeof body, { text: number }>>(true);
      assertType<IsExact<typeof query, { page: number }>>(true);
      assertType<
        IsExact<typeof params, Readonly<Record<string, string>>>
      >(true);
      return body.text + query.page;
    },
  });
  assertType<
    IsExact<Awaited<ReturnType<typeof page.handler>>, number>
  >(true);
  assertEquals(Object.keys(page.validate ?? {}), ["body", "query"]);
});

Deno.test("createAction()() infers schemas beside a row type", () => {
  const find = createAction<Note>()({
    validate: { params: z.object({ id: z.coerce.number() }) },
    handler: ({ table, params, query }) => {
      assertType<IsExact<typeof params, { id: number }>>(true);
      assertType<IsExact<typeof query, URLSearchParams>>(true);
      return table?.where({ id: params.id }).get() ?? null;
    },
  });
  type Found = Awaited<ReturnType<typeof find.handler>>;
  assertType<IsExact<Found, Note | null>>(true);

  const actions = createActions<Note>()({ find, all: () => [] });
  assertType<IsExact<keyof typeof actions, "find" | "all">>(true);
});

Deno.test("createAction() refuses a misuse of what a schema lets through", () => {
  createAction({
    validate: { body: z.object({ id: z.number() }) },
    // @ts-expect-error: the schema lets through a number
    handler: ({ body }) => body.id.toUpperCase(),
  });
  // @ts-expect-error: a function is not a Standard Schema
  createAction({
    validate: { body: (value: unknown) => value },
    handler: () => 1,
  });
});

Deno.test("validate takes a Standard Schema of any library", () => {
  const digits: StandardSchema<unknown, bigint> = {
    "~standard": {
      version: 1,
      vendor: "by-hand",
      validate: (value) =>
        typeof value === "string" && /^\d+$/.test(value)
          ? { value: BigInt(value) }
          : { issues: [{ message: "not digits", path: [{ key: 0 }] }] },
    },
  };
  const square = createAction({
    validate: { body: digits },
    handler: ({ body }) => body * body,
  });
  assertType<
    IsExact<Awaited<ReturnType<typeof square.handler>>, bigint>
  >(true);
  const route = createRoute({
    method: "POST",
    actions: ["square"],
    validate: { body: digits },
  });
  assertEquals(route.validate?.body?.["~standard"].validate("12"), {
    value: 12n,
  });
});

Deno.test("createAction() takes a context that the schemas of a route make", () => {
  const validate = { query: z.object({ page: z.coerce.number() }) };
  const list = createAction({
    handler: ({ query }: ValidatedActionContext<Note, typeof validate>) => {
      assertType<IsExact<typeof query, { page: number }>>(true);
      return query.page;
    },
  });
  const actions = createActions<Note>()({ list });
  const route = createRoute<Note, typeof actions>({
    method: "GET",
    actions: ["list"],
    validate,
  });
  assertEquals(Object.keys(route.validate ?? {}), ["query"]);
});
