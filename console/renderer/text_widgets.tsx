/**
 * The widgets that say something or are clicked.
 *
 * @module
 */
import { useId } from "preact/hooks";
import { h } from "preact";
import { linkTo } from "../router.ts";
import { texts } from "../texts.ts";
import { safeHref } from "./addresses.ts";
import { readable, text } from "./paths.ts";
import { oneOf, ownClasses } from "./styles.ts";
import { useActions, useBound, type WidgetProps } from "./widget.ts";

const TAGS = [
  "span",
  "p",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "div",
] as const;
const SIZES = ["md", "xs", "sm", "lg"] as const;

export function TextWidget(widget: WidgetProps) {
  const { props } = widget;
  // The page has its own first heading.
  const tag = oneOf(props.as, TAGS);
  return h(
    tag === "h1" ? "h2" : tag,
    { class: `w-text ${tag} ${ownClasses(props)}` },
    readable(useBound(widget, "text")),
  );
}

export function BadgeWidget(widget: WidgetProps) {
  const { props } = widget;
  const shown = useBound(widget, "text");
  if (!shown) return null;
  const label = readable(shown);
  const variant = oneOf(props.variant, [
    "primary",
    "secondary",
    "success",
    "warning",
    "error",
  ]);
  const isUnique = props.unique === true;
  return (
    <span
      class={`w-badge ${isUnique ? "unique" : variant} size-${
        oneOf(props.size, SIZES)
      } ${props.rounded === true ? "rounded" : ""} ${
        props.outlined === true ? "outlined" : ""
      } ${ownClasses(props)}`}
      style={isUnique ? { "--hue": String(hueOf(label)) } : undefined}
    >
      {label}
    </span>
  );
}

function hueOf(label: string): number {
  let hash = 0;
  for (const char of label) hash = (hash * 31 + char.codePointAt(0)!) % 360;
  return hash;
}

export function ButtonWidget(widget: WidgetProps) {
  const { props, nodes, draw } = widget;
  const { click, isBusy } = useActions(widget);
  const label = useBound(widget, "text");
  const isWaiting = isBusy || props.loading === true;
  const variant = oneOf(props.variant, [
    "primary",
    "secondary",
    "outline",
    "ghost",
    "danger",
  ]);
  return (
    <button
      type="button"
      class={`button ${
        variant === "outline" ? "secondary" : variant
      } w-button size-${oneOf(props.size, SIZES)} ${
        props.fullWidth === true ? "full" : ""
      } ${ownClasses(props)}`}
      disabled={props.disabled === true}
      aria-busy={isWaiting}
      aria-label={label || nodes.length > 0
        ? undefined
        : text(props.action) ?? texts.page.button}
      onClick={isWaiting ? undefined : click}
    >
      {isWaiting && <span class="spinner" aria-hidden="true" />}
      {label ? readable(label) : draw(nodes)}
    </button>
  );
}

export function LinkWidget(widget: WidgetProps) {
  const { props } = widget;
  const asked = useBound(widget, "href");
  const label = readable(useBound(widget, "text"));
  const place = typeof asked === "string" && /^\/(p|console)(\/|$)/.test(asked)
    ? linkTo(asked)
    : asked;
  const href = safeHref(place);
  if (href === undefined) {
    return <span class={`w-link ${ownClasses(props)}`}>{label}</span>;
  }
  const isExternal = props.external === true;
  return (
    <a
      class={`w-link ${ownClasses(props)}`}
      href={href}
      target={isExternal ? "_blank" : undefined}
      rel="noopener noreferrer"
    >
      {label || href}
      {isExternal && (
        <span class="visually-hidden">{` ${texts.page.external}`}</span>
      )}
    </a>
  );
}

export function HoverBubbleWidget(widget: WidgetProps) {
  const { props, nodes, draw } = widget;
  const id = useId();
  const position = oneOf(props.position, ["top", "bottom", "left", "right"]);
  return (
    <span
      class={`w-bubble ${position} ${ownClasses(props)}`}
      tabIndex={0}
      aria-describedby={id}
    >
      {draw(nodes)}
      <span role="tooltip" id={id}>{readable(useBound(widget, "label"))}</span>
    </span>
  );
}
