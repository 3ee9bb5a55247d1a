/**
 * Data for a preview, made up from what the widgets of a page read.
 *
 * @module
 */
import { isObject } from "../../shared/text/kind_of.ts";
import { madeUpValue } from "./made_up_value.ts";

/** How many items a made-up list has. */
const ITEMS = 3;

/** What is read at a place: fields, or the items of a list. */
interface Shape {
  readonly fields: Map<string, Shape>;
  isList: boolean;
}

const BINDING = /\{\{\s*([\w$]+(?:\.[\w$]+)*)\s*\}\}/g;
const PREFIX = /^(?:data|state)\./;
/** Names that are methods or facts of what they belong to. */
const OF_LISTS: ReadonlySet<string> = new Set(["length"]);

/**
 * Data of the shape that a page's widgets expect under a key.
 *
 * @param template The page's template, and whatever else has widgets.
 * @param key The key of the page's data or state.
 * @returns The data; a text where no widget says more.
 */
export function madeUpData(template: unknown, key: string): unknown {
  const root = emptyShape();
  collect(template, root, new Map());
  const shape = root.fields.get(key) ?? emptyShape();
  return valueOf(shape, key, 0);
}

function emptyShape(): Shape {
  return { fields: new Map(), isList: false };
}

/** The shape at a path; names of loops stand for the items of their lists. */
function shapeAt(
  path: string,
  root: Shape,
  items: ReadonlyMap<string, Shape>,
): Shape {
  const [first = "", ...rest] = path.replace(PREFIX, "").split(".");
  let shape = items.get(first) ?? below(root, first);
  for (const name of rest) {
    if (OF_LISTS.has(name)) shape.isList = true;
    // The items of a list are read by their numbers.
    else if (/^\d+$/.test(name)) shape.isList = true;
    else shape = below(shape, name);
  }
  return shape;
}

function below(shape: Shape, name: string): Shape {
  let found = shape.fields.get(name);
  if (found === undefined) shape.fields.set(name, found = emptyShape());
  return found;
}

function collect(
  part: unknown,
  root: Shape,
  items: ReadonlyMap<string, Shape>,
): void {
  if (typeof part === "string") {
    for (const [, path = ""] of part.matchAll(BINDING)) {
      shapeAt(path, root, items);
    }
    return;
  }
  if (Array.isArray(part)) {
    return part.forEach((it) => collect(it, root, items));
  }
  if (!isObject(part)) return;
  const within = withLoop(part.loop, root, items);
  if (isObject(part.bindings)) {
    for (const path of Object.values(part.bindings)) {
      if (typeof path === "string") shapeAt(path, root, within);
    }
  }
  collectRows(part, root, within);
  for (const value of Object.values(part)) collect(value, root, within);
}

function withLoop(
  loop: unknown,
  root: Shape,
  items: ReadonlyMap<string, Shape>,
): ReadonlyMap<string, Shape> {
  if (!isObject(loop) || typeof loop.items !== "string") return items;
  const list = shapeAt(loop.items, root, items);
  list.isList = true;
  const name = typeof loop.itemVar === "string" ? loop.itemVar : "item";
  return new Map([...items, [name, list]]);
}

/** A table says what its rows hold. */
function collectRows(
  { props, bindings }: Readonly<Record<string, unknown>>,
  root: Shape,
  items: ReadonlyMap<string, Shape>,
): void {
  if (!isObject(props)) return;
  const bound = isObject(bindings) ? bindings.data : undefined;
  const path = bound ?? props.dataBinding ?? props.dataKey;
  if (typeof path !== "string") return;
  const rows = shapeAt(path, root, items);
  rows.isList = true;
  if (!Array.isArray(props.columns)) return;
  for (const column of props.columns) {
    const key = isObject(column) ? column.key : column;
    if (typeof key === "string") shapeAt(key, rows, new Map());
  }
}

function valueOf(shape: Shape, name: string, index: number): unknown {
  if (!shape.isList) return itemOf(shape, name, index);
  return Array.from({ length: ITEMS }, (_, item) => itemOf(shape, name, item));
}

function itemOf({ fields, isList }: Shape, name: string, index: number) {
  if (fields.size === 0) {
    return isList ? { [name]: madeUpValue(name, index) } : madeUpValue(
      name,
      index,
    );
  }
  return Object.fromEntries(
    [...fields].map(([field, shape]) => [field, valueOf(shape, field, index)]),
  );
}
