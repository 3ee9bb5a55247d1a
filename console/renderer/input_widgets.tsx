/**
 * The widgets that people fill in.
 *
 * @module
 */
import { useEffect, useId, useRef } from "preact/hooks";
import { dict, list, readable, text } from "./paths.ts";
import { oneOf, ownClasses } from "./styles.ts";
import { useActions, useEditable, type WidgetProps } from "./widget.ts";

const SIZES = ["md", "sm", "lg"] as const;
const TYPES = ["text", "email", "password", "number", "tel", "url"] as const;

export function InputWidget(widget: WidgetProps) {
  const { props } = widget;
  const { value, set } = useEditable(widget, "value");
  const { emit } = useActions(widget);
  const id = useId();
  const type = oneOf(props.type, TYPES);
  const label = text(props.label);
  return (
    <div class={`w-input ${ownClasses(props)}`}>
      {label && <label for={id}>{label}</label>}
      <input
        id={id}
        type={type}
        class={`size-${oneOf(props.size, SIZES)} ${
          oneOf(props.variant, ["default", "filled", "underline"])
        } ${props.error === true ? "error" : ""} ${
          props.success === true ? "success" : ""
        }`}
        value={readable(value)}
        placeholder={text(props.placeholder)}
        aria-label={label
          ? undefined
          : text(props.placeholder) ?? nameOf(widget)}
        aria-invalid={props.error === true}
        disabled={props.disabled === true}
        required={props.required === true}
        autocomplete={type === "password" ? "new-password" : "off"}
        onInput={({ currentTarget }) => {
          set(currentTarget.value);
          emit("onChange", currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            emit("onSubmit", event.currentTarget.value);
          }
        }}
      />
    </div>
  );
}

/** Something to call an input that has neither label nor placeholder. */
function nameOf({ node, props }: WidgetProps): string {
  const { value, checked } = dict(node.bindings);
  return text(props.binding) ?? text(value) ?? text(checked) ?? "input";
}

export function CheckboxWidget(widget: WidgetProps) {
  return <Checked widget={widget} />;
}

export function ToggleWidget(widget: WidgetProps) {
  return <Checked widget={widget} role="switch" />;
}

function Checked(
  { widget, role }: { widget: WidgetProps; role?: "switch" },
) {
  const { props } = widget;
  const { value, set } = useEditable(widget, "checked");
  const { emit } = useActions(widget);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = props.indeterminate === true;
  });
  return (
    <label
      class={`check w-check ${role ? "toggle" : ""} size-${
        oneOf(props.size, SIZES)
      } ${ownClasses(props)}`}
    >
      <input
        ref={box}
        type="checkbox"
        role={role}
        checked={Boolean(value)}
        disabled={props.disabled === true}
        aria-label={props.label ? undefined : nameOf(widget)}
        onChange={({ currentTarget }) => {
          set(currentTarget.checked);
          emit("onChange", currentTarget.checked);
        }}
      />
      {readable(props.label)}
    </label>
  );
}

export function CheckboxGroupWidget(widget: WidgetProps) {
  const { props } = widget;
  const { value, set } = useEditable(widget, "selectedValues");
  const { emit } = useActions(widget);
  const selected = list(value);
  const direction = oneOf(props.direction, ["vertical", "horizontal"]);
  return (
    <div
      role="group"
      aria-label={text(props.label) ?? nameOf(widget)}
      class={`w-check-group ${direction} ${ownClasses(props)}`}
    >
      {list(props.options).map(dict).map((option, at) => (
        <label class="check" key={at}>
          <input
            type="checkbox"
            checked={selected.includes(option.value)}
            disabled={option.disabled === true}
            onChange={({ currentTarget }) => {
              const others = selected.filter((it) =>
                it !== option.value
              );
              const next = currentTarget.checked
                ? [...others, option.value]
                : others;
              set(next);
              emit("onChange", next);
            }}
          />
          {readable(option.label ?? option.value)}
        </label>
      ))}
    </div>
  );
}

export function SliderWidget(widget: WidgetProps) {
  const { props } = widget;
  const { value, set } = useEditable(widget, "value");
  const { emit } = useActions(widget);
  const id = useId();
  const label = text(props.label);
  const min = numberOr(props.min, 0);
  const current = numberOr(value, min);
  return (
    <div class={`w-slider ${ownClasses(props)}`}>
      <span>
        {label && <label for={id}>{label}</label>}
        {props.showValue !== false && <output for={id}>{current}</output>}
      </span>
      <input
        id={id}
        type="range"
        min={min}
        max={numberOr(props.max, 100)}
        step={numberOr(props.step, 1)}
        value={current}
        aria-label={label ? undefined : nameOf(widget)}
        disabled={props.disabled === true}
        onInput={({ currentTarget }) => set(currentTarget.valueAsNumber)}
        onChange={({ currentTarget }) =>
          emit("onChange", currentTarget.valueAsNumber)}
      />
    </div>
  );
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === "number" && Number.isFinite(value)
    ? value
    : otherwise;
}
