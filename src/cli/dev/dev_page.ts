/**
 * The page of a plugin's host: what went wrong, and what there is to fire.
 *
 * @module
 */

/** A page of the plugin. */
export interface DevPageLink {
  /** Its path, as the plugin names it. */
  readonly path: string;
  /** The address at which the console shows it. */
  readonly address: string;
}

/** What the page shows. */
export interface DevPage {
  readonly name: string;
  readonly pages: readonly DevPageLink[];
  readonly events: readonly string[];
  /** What went wrong with the last build. */
  readonly error?: string;
}

/** The page, which reads itself anew every two seconds and runs no script. */
export function devPage({ name, pages, events, error }: DevPage): string {
  const state = error === undefined
    ? "<p>The plugin is loaded.</p>"
    : `<h2>The last build failed</h2><pre>${escape(error)}</pre>`;
  const links = pages.map(({ path, address }) =>
    `<li><a href="${escape(encodeURI(address))}">${escape(path)}</a></li>`
  );
  const buttons = events.map((event) =>
    `<form method="post" action="/dev/emit?event=${
      encodeURIComponent(event)
    }"><button>${escape(event)}</button></form>`
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="2">
<title>${escape(name)}</title>
<style>
body { font: 16px system-ui; margin: 2rem auto; max-width: 50rem }
pre { background: #fee; padding: 1rem; overflow: auto }
form { display: inline-block; margin: 0 .5rem .5rem 0 }
</style>
<h1>${escape(name)}</h1>
${state}
<h2>Pages</h2>
<ul>${links.join("")}</ul>
<p><a href="/console">Open the console</a></p>
<h2>Fire an event</h2>
${buttons.join("\n")}
</html>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
