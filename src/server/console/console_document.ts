/**
 * The one document of the console.
 *
 * @module
 */

/** What the document tells the console. */
export interface ConsoleFacts {
  /**
   * Where the server is mounted; it needs no escaping, as the options allow
   * nothing that would.
   */
  readonly mount: string;
  /** Whether there is a fleet to show. */
  readonly hasFleet: boolean;
}

/** Writes the document. */
export function consoleDocument({ mount, hasFleet }: ConsoleFacts): string {
  const fleet = hasFleet ? `\n<meta name="fleet" content="yes">` : "";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="mount" content="${mount}">${fleet}
<title>DockStat</title>
<link rel="icon" href="${mount}/console/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${mount}/console/app.css">
<script type="module" src="${mount}/console/app.js"></script>
</head>
<body>
<div id="app"></div>
<noscript>The console needs JavaScript.</noscript>
</body>
</html>
`;
}
