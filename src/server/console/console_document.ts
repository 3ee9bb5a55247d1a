/**
 * The one document of the console.
 *
 * @module
 */

/**
 * Writes the document.
 *
 * @param mount Where the server is mounted; it needs no escaping, as the
 * options allow nothing that would.
 */
export function consoleDocument(mount: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="mount" content="${mount}">
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
