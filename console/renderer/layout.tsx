/**
 * The frame of a page, and the widgets that arrange others.
 *
 * @module
 */
import type { ComponentChildren } from "preact";
import type { Dict } from "./paths.ts";
import { length, oneOf, ownClasses, tracks } from "./styles.ts";
import type { WidgetProps } from "./widget.ts";
import { useActions } from "./widget.ts";
import { readable } from "./paths.ts";
import { useBound } from "./widget.ts";

const DIRECTIONS = ["row", "column", "row-reverse", "column-reverse"] as const;
const ALIGN = {
  start: "flex-start",
  center: "center",
  end: "flex-end",
  stretch: "stretch",
  baseline: "baseline",
} as const;
const JUSTIFY = {
  start: "flex-start",
  center: "center",
  end: "flex-end",
  between: "space-between",
  around: "space-around",
  evenly: "space-evenly",
} as const;

export function TemplateFrame(
  { layout, children }: { layout: Dict; children: ComponentChildren },
) {
  const { type, direction, centered } = layout;
  const isGrid = type === "grid";
  return (
    <div
      class={`w-page ${oneOf(type, ["block", "flex", "grid"])} ${
        ownClasses(layout)
      }`}
      style={{
        gap: length(layout.gap),
        padding: length(layout.padding),
        maxWidth: length(layout.maxWidth),
        marginInline: centered === true ? "auto" : undefined,
        flexDirection: type === "flex"
          ? oneOf(direction, DIRECTIONS)
          : undefined,
        gridTemplateColumns: isGrid ? tracks(layout.columns) : undefined,
        gridTemplateRows: isGrid ? tracks(layout.rows) : undefined,
      }}
    >
      {children}
    </div>
  );
}

export function ContainerWidget({ props, nodes, draw }: WidgetProps) {
  const { layout, direction, gap, align, justify, columns } = props;
  return (
    <div
      class={`w-container ${oneOf(layout, ["block", "flex", "grid"])} ${
        ownClasses(props)
      }`}
      style={{
        gap: length(gap),
        flexDirection: layout === "flex"
          ? oneOf(direction, DIRECTIONS)
          : undefined,
        alignItems: Object.hasOwn(ALIGN, String(align))
          ? ALIGN[align as keyof typeof ALIGN]
          : undefined,
        justifyContent: Object.hasOwn(JUSTIFY, String(justify))
          ? JUSTIFY[justify as keyof typeof JUSTIFY]
          : undefined,
        gridTemplateColumns: layout === "grid" ? tracks(columns) : undefined,
      }}
    >
      {draw(nodes)}
    </div>
  );
}

const CARDS = [
  "default",
  "outlined",
  "elevated",
  "flat",
  "dark",
  "error",
  "success",
  "custom",
] as const;

export function CardWidget(widget: WidgetProps) {
  const { props, nodes, draw } = widget;
  const { click, isBusy } = useActions(widget);
  const classes = `w-card ${oneOf(props.variant, CARDS)} size-${
    oneOf(props.size, ["md", "xs", "sm", "lg"])
  } ${props.hoverable === true ? "hoverable" : ""} ${ownClasses(props)}`;
  if (click === undefined) return <div class={classes}>{draw(nodes)}</div>;
  return (
    <button type="button" class={classes} aria-busy={isBusy} onClick={click}>
      {draw(nodes)}
    </button>
  );
}

export function CardHeaderWidget(widget: WidgetProps) {
  const { props, nodes, draw } = widget;
  const heading = useBound(widget, "text");
  return (
    <div class={`w-card-header ${ownClasses(props)}`}>
      {heading ? readable(heading) : draw(nodes)}
    </div>
  );
}

export function CardBodyWidget({ props, nodes, draw }: WidgetProps) {
  return <div class={`w-card-body ${ownClasses(props)}`}>{draw(nodes)}</div>;
}

export function CardFooterWidget({ props, nodes, draw }: WidgetProps) {
  const align = oneOf(props.align, ["center", "left", "right"]);
  return (
    <div class={`w-card-footer ${align} ${ownClasses(props)}`}>
      {draw(nodes)}
    </div>
  );
}

export function DividerWidget(widget: WidgetProps) {
  const { props } = widget;
  const label = readable(useBound(widget, "label"));
  const variant = oneOf(props.variant, ["solid", "dashed", "dotted"]);
  const isVertical = props.orientation === "vertical";
  return (
    <div
      role="separator"
      aria-orientation={isVertical ? "vertical" : "horizontal"}
      class={`w-divider ${variant} ${isVertical ? "vertical" : ""} ${
        ownClasses(props)
      }`}
    >
      {!isVertical && label && <span>{label}</span>}
    </div>
  );
}
