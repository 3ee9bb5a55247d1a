/**
 * What the props of each type of widget may be, as data: for the checks of
 * pages, and kept in step with the types by the compiler.
 *
 * @module
 */
import type { WidgetProps, WidgetType } from "../plugin/widget.ts";

/** What one prop may be: of a kind, or one of some strings. */
export type PropRule =
  | "string"
  | "number"
  | "boolean"
  | "string or number"
  | "list"
  | readonly string[];

/** The props of one type of widget. */
export type WidgetRule = Readonly<Record<string, PropRule>>;

const COMMON = { className: "string", id: "string" } as const;
const SIZES = ["xs", "sm", "md", "lg"] as const;
const FIELD_SIZES = ["sm", "md", "lg"] as const;
const DIRECTIONS = ["row", "column", "row-reverse", "column-reverse"] as const;
const TEXT = "string or number";

const RULES = {
  text: {
    ...COMMON,
    text: TEXT,
    as: ["p", "span", "div", "h1", "h2", "h3", "h4", "h5", "h6"],
  },
  heading: { ...COMMON, text: TEXT, level: "number" },
  badge: {
    ...COMMON,
    text: TEXT,
    variant: ["primary", "secondary", "success", "warning", "error"],
    size: SIZES,
    rounded: "boolean",
    outlined: "boolean",
    unique: "boolean",
  },
  button: {
    ...COMMON,
    text: TEXT,
    action: "string",
    variant: ["primary", "secondary", "outline", "ghost", "danger"],
    size: SIZES,
    type: ["button", "submit", "reset"],
    disabled: "boolean",
    loading: "boolean",
    fullWidth: "boolean",
    noFocusRing: "boolean",
  },
  card: {
    ...COMMON,
    action: "string",
    variant: [
      "default",
      "outlined",
      "elevated",
      "flat",
      "dark",
      "error",
      "success",
      "custom",
    ],
    size: SIZES,
    hoverable: "boolean",
    glass: "boolean",
    tabIndex: "number",
  },
  cardHeader: { ...COMMON, text: TEXT, size: SIZES },
  cardBody: COMMON,
  cardFooter: { ...COMMON, align: ["left", "right", "center"] },
  divider: {
    ...COMMON,
    variant: ["solid", "dashed", "dotted"],
    orientation: ["horizontal", "vertical"],
    shadow: "boolean",
    label: "string",
  },
  input: {
    ...COMMON,
    type: ["text", "email", "password", "number", "tel", "url"],
    size: FIELD_SIZES,
    variant: ["default", "filled", "underline"],
    placeholder: "string",
    label: "string",
    binding: "string",
    value: TEXT,
    disabled: "boolean",
    required: "boolean",
    error: "boolean",
    success: "boolean",
  },
  checkbox: {
    ...COMMON,
    label: "string",
    size: FIELD_SIZES,
    disabled: "boolean",
    indeterminate: "boolean",
    name: "string",
    value: TEXT,
    checked: "boolean",
    binding: "string",
    variant: "string",
  },
  checkboxGroup: {
    ...COMMON,
    options: "list",
    direction: ["horizontal", "vertical"],
    binding: "string",
  },
  toggle: {
    ...COMMON,
    label: "string",
    size: FIELD_SIZES,
    disabled: "boolean",
    checked: "boolean",
    binding: "string",
  },
  hoverBubble: {
    ...COMMON,
    label: "string",
    position: ["top", "bottom", "left", "right"],
  },
  link: {
    ...COMMON,
    href: "string",
    text: TEXT,
    external: "boolean",
    icon: "string",
    iconPosition: ["left", "right"],
  },
  modal: {
    ...COMMON,
    title: "string",
    footer: "string",
    size: ["sm", "md", "lg", "xl", "full"],
    bodyClasses: "string",
    openBinding: "string",
    transparent: "boolean",
  },
  slider: {
    ...COMMON,
    min: "number",
    max: "number",
    step: "number",
    label: "string",
    showValue: "boolean",
    disabled: "boolean",
    variant: ["gradient", "solid"],
    marks: "list",
    value: "number",
    binding: "string",
    size: SIZES,
  },
  slides: {
    ...COMMON,
    header: "string",
    description: "string",
    buttonPosition: ["left", "center", "right"],
    connected: "boolean",
    defaultSlide: TEXT,
    hideable: "boolean",
    slides: "list",
    selectedSlideBinding: "string",
    variant: "string",
  },
  table: {
    ...COMMON,
    columns: "list",
    data: "list",
    striped: "boolean",
    bordered: "boolean",
    hoverable: "boolean",
    searchable: "boolean",
    searchPlaceholder: "string",
    size: SIZES,
    dataBinding: "string",
    rowKey: "string",
    virtualizeThreshold: "number",
    rowHeight: "number",
    maxHeight: TEXT,
  },
  dataTable: { ...COMMON, dataKey: "string", columns: "list" },
  container: {
    ...COMMON,
    layout: ["flex", "grid", "block"],
    direction: DIRECTIONS,
    gap: TEXT,
    align: ["start", "center", "end", "stretch", "baseline"],
    justify: ["start", "center", "end", "between", "around", "evenly"],
    columns: TEXT,
  },
} as const satisfies {
  readonly [T in WidgetType]: {
    readonly [P in keyof Required<WidgetProps[T]>]: PropRule;
  };
};

/** The props of each type of widget, looked up without a prototype. */
export const WIDGET_RULES: ReadonlyMap<string, WidgetRule> = new Map(
  Object.entries(RULES),
);

/** What a widget cannot do without, as a prop or a binding. */
export const NEEDED_PROPS: ReadonlyMap<string, readonly string[]> = new Map([
  ["link", ["href", "text"]],
  ["table", ["columns"]],
  ["checkboxGroup", ["options"]],
  ["hoverBubble", ["label"]],
]);
