/**
 * The widgets that show much, or in parts.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { texts } from "../texts.ts";
import { Dialog } from "../ui/dialog.tsx";
import { cellText, type Dict, dict, list, readable, text } from "./paths.ts";
import { length, oneOf, ownClasses } from "./styles.ts";
import {
  useActions,
  useBound,
  useEditable,
  type WidgetProps,
} from "./widget.ts";

const t = texts.page;
const MAX_ROWS = 1_000;

interface Sorting {
  readonly key: string;
  readonly isDown: boolean;
}

export function TableWidget(widget: WidgetProps) {
  const { props } = widget;
  const [wanted, setWanted] = useState("");
  const [sorting, setSorting] = useState<Sorting>();
  const columns = list(props.columns).map(dict)
    .filter(({ key }) => typeof key === "string");
  const rows = list(useBound(widget, "data")).map(dict);
  const shown = sorted(found(rows, columns, wanted), sorting);
  const flags = ["striped", "bordered", "hoverable"]
    .filter((flag) => props[flag] === true).join(" ");
  return (
    <div class={`w-table-box ${ownClasses(props)}`}>
      {props.searchable === true && (
        <input
          type="search"
          class="search"
          value={wanted}
          placeholder={text(props.searchPlaceholder) ?? t.search}
          aria-label={text(props.searchPlaceholder) ?? t.search}
          onInput={(event) => setWanted(event.currentTarget.value)}
        />
      )}
      <div class="w-table-scroll" tabIndex={0} role="group" aria-label={t.rows}>
        <table
          class={`w-table ${flags} size-${
            oneOf(props.size, ["md", "sm", "lg"])
          }`}
        >
          <thead>
            <tr>
              {columns.map((column) => (
                <HeaderCell
                  key={column.key}
                  column={column}
                  sorting={sorting}
                  onSort={setSorting}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.slice(0, MAX_ROWS).map((row, at) => (
              <tr key={at}>
                {columns.map(({ key, align }) => (
                  <td key={key} class={alignOf(align)}>
                    {cellText(own(row, key))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {shown.length === 0 && <p class="w-table-note">{t.noData}</p>}
      </div>
      {shown.length > MAX_ROWS && (
        <p class="w-table-note">{t.firstRows(MAX_ROWS, shown.length)}</p>
      )}
    </div>
  );
}

function HeaderCell(
  { column, sorting, onSort }: {
    column: Dict;
    sorting: Sorting | undefined;
    onSort: (sorting: Sorting) => void;
  },
) {
  const key = String(column.key);
  const title = readable(column.title) || key;
  const isSorted = sorting?.key === key;
  const direction = sorting?.isDown ? "descending" : "ascending";
  return (
    <th
      scope="col"
      class={alignOf(column.align)}
      style={{ width: length(column.width) }}
      aria-sort={isSorted ? direction : undefined}
    >
      {column.sortable === false ? title : (
        <button
          type="button"
          aria-label={t.sortBy(title)}
          onClick={() => onSort({ key, isDown: isSorted && !sorting.isDown })}
        >
          {title}
          <span aria-hidden="true">
            {isSorted ? (sorting.isDown ? " ↓" : " ↑") : ""}
          </span>
        </button>
      )}
    </th>
  );
}

function alignOf(align: unknown): string {
  return `align-${oneOf(align, ["left", "center", "right"])}`;
}

function own(row: Dict, key: unknown): unknown {
  const name = String(key);
  return Object.hasOwn(row, name) ? row[name] : undefined;
}

function found(
  rows: readonly Dict[],
  columns: readonly Dict[],
  wanted: string,
): readonly Dict[] {
  const words = wanted.trim().toLowerCase();
  if (words === "") return rows;
  const keys = columns.filter(({ filterable }) => filterable !== false)
    .map(({ key }) => key);
  return rows.filter((row) =>
    keys.some((key) => cellText(own(row, key)).toLowerCase().includes(words))
  );
}

function sorted(
  rows: readonly Dict[],
  sorting: Sorting | undefined,
): readonly Dict[] {
  if (sorting === undefined) return rows;
  const { key, isDown } = sorting;
  const order = (a: Dict, b: Dict) => {
    const [left, right] = [own(a, key), own(b, key)];
    return typeof left === "number" && typeof right === "number"
      ? left - right
      : cellText(left).localeCompare(cellText(right), "en", { numeric: true });
  };
  const ascending = rows.toSorted(order);
  return isDown ? ascending.reverse() : ascending;
}

export function ModalWidget(widget: WidgetProps) {
  const { props, nodes, draw } = widget;
  const { value, set } = useEditable(widget, "open", "openBinding");
  const { emit } = useActions(widget);
  if (!value) return null;
  return (
    <Dialog
      title={readable(props.title)}
      size={oneOf(props.size, ["md", "sm", "lg", "xl", "full"])}
      onClose={() => {
        set(false);
        emit("onClose");
      }}
      footer={props.footer === undefined ? undefined : readable(props.footer)}
    >
      {draw(nodes)}
    </Dialog>
  );
}

export function SlidesWidget(widget: WidgetProps) {
  const { props, nodes, draw } = widget;
  const { value, set } = useEditable(
    widget,
    "selectedSlide",
    "selectedSlideBinding",
  );
  const { emit } = useActions(widget);
  const [isShown, setShown] = useState(props.hideable !== true);
  const captions = nodes.map((child, at) => captionOf(props, child, at));
  const chosen = captions.indexOf(readable(value ?? props.defaultSlide));
  const at = chosen >= 0 ? chosen : Math.min(
    Number.isInteger(value ?? props.defaultSlide)
      ? Math.max(0, Number(value ?? props.defaultSlide))
      : 0,
    Math.max(0, nodes.length - 1),
  );
  return (
    <section
      class={`w-slides ${
        oneOf(props.buttonPosition, ["left", "center", "right"])
      } ${ownClasses(props)}`}
    >
      {Boolean(props.header) && <h3>{readable(props.header)}</h3>}
      {Boolean(props.description) && (
        <p class="muted">{readable(props.description)}</p>
      )}
      <div class="chips" role="group">
        {captions.map((caption, one) => (
          <button
            type="button"
            key={one}
            class="chip"
            aria-pressed={isShown && one === at}
            onClick={() => {
              set(one);
              setShown(true);
              emit("onSlideChange", one);
            }}
          >
            {caption}
          </button>
        ))}
        {props.hideable === true && (
          <button
            type="button"
            class="chip"
            onClick={() => setShown(!isShown)}
          >
            {isShown ? t.hide : t.show}
          </button>
        )}
      </div>
      {isShown && nodes.length > 0 && (
        <div class="w-slide">{draw([nodes[at]])}</div>
      )}
    </section>
  );
}

/** What a pane is called: by the list of slides, or by what it says itself. */
function captionOf(props: Dict, child: unknown, at: number): string {
  const slide = list(props.slides)[at];
  const { title, label, name } = dict(slide);
  const inside = dict(dict(child).props);
  const called = text(slide) ?? title ?? label ?? name ?? inside.slideTitle ??
    inside.title ?? dict(child).id;
  return readable(called) || String(at + 1);
}
