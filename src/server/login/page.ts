import type { ServerResponse } from 'node:http';

const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:36em;margin:4em auto;padding:0 1em;color:#222;background:#fff}' +
  'button{font:inherit;padding:.5em 1.2em}input{font:inherit;width:100%;box-sizing:border-box}code{word-break:break-all}';

/** Answers with a page of our own. `parts` are HTML: text in them goes through `escaped`. */
export function sendPage(response: ServerResponse, status: number, title: string, ...parts: string[]): void {
  if (response.headersSent) return;
  const text =
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<title>${escaped(title)} – MCPX</title><style>${style}</style><h1>${escaped(title)}</h1>${parts.join('')}</html>`;
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    ...(!response.req.complete && { connection: 'close' }), // what is still coming is not read
  });
  response.end(text);
}

/** Text as HTML shows it. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}

/** How a login ended, for the person who comes back. */
export function sendOutcome(response: ServerResponse, failure?: Error): void {
  if (failure === undefined) {
    sendPage(response, 200, 'You are logged in', '<p>You can close this page.</p>');
  } else {
    sendPage(response, 400, 'This did not work', `<p>${escaped(failure.message)}</p>`);
  }
}
