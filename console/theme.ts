/**
 * Light or dark: as the system has it, until the person decides.
 *
 * @module
 */
import { signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const KEY = "dockstat.theme";

/** What was chosen. */
export const theme = signal<Theme>(read());

function read(): Theme {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === "light" || kept === "dark" ? kept : "system";
  } catch {
    return "system";
  }
}

/** Keeps the document and the storage as the signal says. */
export function applyTheme(): void {
  theme.subscribe((chosen) => {
    const { dataset } = document.documentElement;
    if (chosen === "system") delete dataset.theme;
    else dataset.theme = chosen;
    try {
      localStorage.setItem(KEY, chosen);
    } catch {
      // Where nothing can be kept, the choice lasts as long as the page.
    }
  });
}
