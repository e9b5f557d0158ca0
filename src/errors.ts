/**
 * One error class, one catalogue. Every failure that a user can see has a row here;
 * `status` is the HTTP status, `rpc` the JSON-RPC code where it must be one (outside the
 * reserved band -32768..-32000 for codes of our own), `retryable` says whether the same
 * request may succeed later, `help` is the advice shown when the thrower has none better.
 */
const catalogue = {
  CONFIG_NOT_FOUND: {
    status: 500,
    rpc: -31000,
    retryable: false,
    help: 'Make one with `mcpx add`, or name one with --config.',
  },
  CONFIG_INVALID: {
    status: 500,
    rpc: -31001,
    retryable: false,
    help: 'Correct the places named and start again; `mcpx check` finds all of them.',
  },
  CONFIG_CONFLICT: {
    status: 409,
    rpc: -31036,
    retryable: true,
    help: 'Read it again, and make the change once more.',
  },
  CONFIG_NOT_WRITTEN: {
    status: 500,
    rpc: -31037,
    retryable: false,
    help: 'See who owns the file and its folder, and whether the disk is full.',
  },
  SERVER_EXISTS: {
    status: 409,
    rpc: -31038,
    retryable: false,
    help: 'Choose another name, or replace it.',
  },
  NOT_INSTALLED: {
    status: 404,
    rpc: -31050,
    retryable: false,
    help: 'Nothing was changed. With --project, the file of this folder’s project is meant.',
  },
  USAGE: { status: 400, rpc: -31002, retryable: false, help: 'See `mcpx --help`.' },
  BIND_REFUSED: {
    status: 500,
    rpc: -31003,
    retryable: false,
    help: 'Set gateway.keys, bind to 127.0.0.1, or pass --insecure.',
  },
  PORT_TAKEN: { status: 500, rpc: -31004, retryable: true, help: 'Choose another port with --port.' },
  CANNOT_LISTEN: {
    status: 500,
    rpc: -31_005,
    retryable: false,
    help: 'Choose another address with --host or --port.',
  },
  UNKNOWN_SERVER: {
    status: 404,
    rpc: -31010,
    retryable: false,
    help: 'Call inspect() for the servers there are.',
  },
  UNKNOWN_TOOL: {
    status: 404,
    rpc: -31011,
    retryable: false,
    help: 'Search with inspect({ query: [...] }).',
  },
  AMBIGUOUS_TOOL: { status: 400, rpc: -31012, retryable: false, help: 'Name the server as well.' },
  BAD_ARGUMENTS: {
    status: 400,
    rpc: -31013,
    retryable: false,
    help: 'Correct the arguments to match the signature.',
  },
  BAD_SELECT: {
    status: 400,
    rpc: -31014,
    retryable: false,
    help: 'Correct the JMESPath expression, or leave select out.',
  },
  UNKNOWN_RESOURCE: {
    status: 404,
    rpc: -32602,
    retryable: false,
    help: 'Call resources() for the resources there are.',
  },
  BAD_ADDRESS: {
    status: 404,
    rpc: -31042,
    retryable: false,
    help: 'An address may end in ?mode=, ?servers=, ?profile= and ?client=.',
  },
  AMBIGUOUS_RESOURCE: {
    status: 400,
    rpc: -31041,
    retryable: false,
    help: 'Name the server as well, or use the address that the list of resources shows.',
  },
  UNKNOWN_RESULT: {
    status: 404,
    rpc: -31040,
    retryable: false,
    help: 'Kept results end after a while, and with the gateway; run the tool again.',
  },
  BAD_CURSOR: {
    status: 400,
    rpc: -32602,
    retryable: false,
    help: 'Use the cursor of the page before, or none.',
  },
  NEEDS_CONFIRMATION: {
    status: 403,
    rpc: -31016,
    retryable: false,
    help: 'The configuration asks for confirmation (tools.ask) and this client cannot be asked.',
  },
  CANNOT_ASK: {
    status: 400,
    rpc: -31017,
    retryable: false,
    help: 'The client cannot be asked this; use one that can, or call the tool in a way in which it need not ask.',
  },
  UPSTREAM_UNAVAILABLE: {
    status: 503,
    rpc: -31020,
    retryable: true,
    help: 'Try its command or address by hand and correct the configuration; `mcpx doctor` checks all servers.',
  },
  UPSTREAM_NEEDS_AUTH: {
    status: 401,
    rpc: -31021,
    retryable: false,
    help: 'Log in with `mcpx login SERVER`, or give the server a credential in its `headers`.',
  },
  LOGIN_FAILED: {
    status: 502,
    rpc: -31044,
    retryable: false,
    help: 'Try `mcpx login SERVER` again; see docs/remote-servers.md.',
  },
  UPSTREAM_LOST: {
    status: 502,
    rpc: -31022,
    retryable: true,
    help: 'The call may or may not have taken effect; check before repeating it.',
  },
  UPSTREAM_BUSY: {
    status: 503,
    rpc: -31029,
    retryable: true,
    help: 'Repeat the call when that time is over.',
  },
  SERVER_BUSY: {
    status: 503,
    rpc: -31034,
    retryable: true,
    help: 'Repeat the call in a moment, or raise `concurrency`, `queue` or `pool.max` for this server.',
  },
  HISTORY_UNAVAILABLE: {
    status: 503,
    rpc: -31043,
    retryable: true,
    help: 'Ask for a shorter time, or see what the log says of the history.',
  },
  NO_GATEWAY: {
    status: 503,
    rpc: -31035,
    retryable: true,
    help: 'Start one with `mcpx serve`, or add --start.',
  },
  UPSTREAM_PROTOCOL: {
    status: 502,
    rpc: -31023,
    retryable: false,
    help: 'The server broke the protocol; report it to its authors.',
  },
  RESULT_TOO_LARGE: { status: 502, rpc: -31024, retryable: false, help: 'Ask the tool for less.' },
  TOO_MANY_SESSIONS: {
    status: 503,
    rpc: -31025,
    retryable: true,
    help: 'Close other clients, or try again later.',
  },
  CALL_TIMEOUT: {
    status: 504,
    rpc: -31026,
    retryable: true,
    help: 'Raise timeoutMs for this server if the tool is slow by nature.',
  },
  CALL_CANCELLED: { status: 499, rpc: -31027, retryable: true, help: '' },
  SHUTTING_DOWN: { status: 503, rpc: -31028, retryable: true, help: 'The gateway is stopping; reconnect.' },
  UNAUTHORIZED: {
    status: 401,
    rpc: -31030,
    retryable: false,
    help: 'Send one of the gateway’s keys as `Authorization: Bearer …`.',
  },
  FORBIDDEN_HOST: {
    status: 403,
    rpc: -31031,
    retryable: false,
    help: 'Add the name to gateway.allowedHosts, or set gateway.publicUrl.',
  },
  FORBIDDEN_ORIGIN: {
    status: 403,
    rpc: -31032,
    retryable: false,
    help: 'Add the origin to gateway.allowedOrigins.',
  },
  FORBIDDEN_REQUEST: {
    status: 403,
    rpc: -31051,
    retryable: false,
    help: 'The admin API takes JSON from its own page; scripts send `Authorization: Bearer …` with MCPX_ADMIN_TOKEN.',
  },
  COMMANDS_FORBIDDEN: {
    status: 403,
    rpc: -31052,
    retryable: false,
    help: 'Change the file yourself, or set gateway.admin.commands there.',
  },
  TOO_MANY_REQUESTS: { status: 429, rpc: -31053, retryable: true, help: 'Try again in a moment.' },
  NOT_FOUND: { status: 404, rpc: -31054, retryable: false, help: 'GET /api/openapi.json has what there is.' },
  SESSION_NOT_FOUND: { status: 404, rpc: -32001, retryable: false, help: 'Initialize a new session.' },
  BODY_TOO_LARGE: { status: 413, rpc: -31033, retryable: false, help: 'Send a smaller request.' },
  INTERNAL: {
    status: 500,
    rpc: -32603,
    retryable: false,
    help: 'This is a defect of MCPX; please report it.',
  },
} as const;

export type ErrorCode = keyof typeof catalogue;

export const errorCodes = Object.keys(catalogue) as ErrorCode[];

/** Whether `code` is one of the catalogue. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(catalogue, code);
}

interface ErrorOptions {
  /** What to do; the catalogue's advice when left out. */
  help?: string;
  /** JSON-safe detail for machines. */
  data?: unknown;
  cause?: unknown;
  /** The request has certainly not been accepted by anybody: it can be made again. */
  unsent?: boolean;
}

/** The one error class. `message` says what happened and where; `help` what to do. */
export class McpxError extends Error {
  readonly code: ErrorCode;
  readonly help: string;
  readonly data: unknown;
  /** The request has certainly not been accepted by anybody: it can be made again. */
  readonly unsent: boolean;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'McpxError';
    this.code = code;
    this.help = options.help ?? catalogue[code].help;
    this.data = options.data;
    this.unsent = options.unsent ?? false;
  }

  get status(): number {
    return catalogue[this.code].status;
  }
  get rpcCode(): number {
    return catalogue[this.code].rpc;
  }
  get retryable(): boolean {
    return catalogue[this.code].retryable;
  }

  /** The text a person or a model reads: what happened, then what to do. */
  get text(): string {
    return this.help ? `${this.message}\n${this.help}` : this.message;
  }
}

/** Any thrown thing as an McpxError; what is not one of ours is INTERNAL, its message kept. */
export function asMcpxError(thrown: unknown): McpxError {
  if (thrown instanceof McpxError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new McpxError('INTERNAL', message, { cause: thrown });
}
