/** A place in the configuration that something is to be said about. Lines and columns count from 1. */
export interface Problem {
  file: string;
  line: number;
  column: number;
  /** "what is wrong; what was expected" */
  message: string;
}

/** `file:line:column: message`, as editors and terminals understand it. */
export function formatProblem({ file, line, column, message }: Problem): string {
  return `${file}:${line}:${column}: ${message}`;
}

/** How to reach one upstream, with every reference resolved. Values may be secret. */
export type Target =
  | {
      type: 'stdio';
      command: string;
      args: string[];
      /** Absolute. */
      cwd: string;
      /** The whole environment of the process. */
      env: Record<string, string>;
      /** The part of it that the configuration names: the same on every terminal, so good for recognising a server. */
      ownEnv: Record<string, string>;
    }
  | {
      type: 'http' | 'sse';
      url: string;
      headers: Record<string, string>;
      /** How to get tokens should the server ask for them; absent where `headers` have a credential already. */
      auth?: AuthConfig;
    };

/** How to get tokens for a server that asks for OAuth. */
export interface AuthConfig {
  /** A person logs in, or the gateway with credentials of its own. */
  grant: 'authorization_code' | 'client_credentials';
  clientId?: string;
  clientSecret?: string;
  /** PKCS #8 PEM or JWK. */
  privateKey?: string;
  /** The only authorization server that may be used. */
  issuer?: string;
  /** Empty: what the server says it needs. */
  scopes: string[];
  clientMetadataUrl?: string;
  /** Of the loopback address that a person is sent back to. */
  callbackPort?: number;
  /** Whether all principals use the gateway's own login. */
  shared: boolean;
}

/** Who may share a connection: nobody, the calls of one client, everybody (design, section 8). */
export type Isolation = 'call' | 'client' | 'shared';

/** One upstream as configured: references resolved, defaults applied. Times in milliseconds. */
export interface ServerConfig {
  name: string;
  /** Absent when the server cannot be started: see `problem`. */
  target?: Target;
  /** Why this server alone cannot be used, such as a reference that does not resolve. */
  problem?: Problem;
  isolation: Isolation;
  pool: {
    min: number;
    max: number;
    idleMs: number;
    lifetimeMs?: number;
    maxUses?: number;
    maxMemoryMb?: number;
  };
  /** Most calls at one time. */
  concurrency: number;
  /** Most calls that wait for one of those. */
  queue: number;
  connectTimeoutMs: number;
  /** Longest wait without an answer or progress. */
  timeoutMs: number;
  /** Longest wait in all. */
  maxTotalMs: number;
  /** Whether what is safe to repeat is repeated when its connection was lost. */
  retry: boolean;
  cache: { ttlMs: number; tools: string[] };
  health: { enabled: boolean; intervalMs: number; timeoutMs: number; threshold: number };
  /** Whether tools are shown as signatures, results in fewer tokens, and `structuredContent` is passed on. */
  compress: { schemas: boolean; results: boolean | 'shadow'; structuredContent: boolean };
  /** Tokens beyond which a result is kept; 0 is never. */
  resultTokens: number;
  /** `resultTokens`: the same for single tools. */
  tools: {
    allow?: string[];
    deny: string[];
    ask: string[];
    resultTokens: Record<string, number>;
    /** Queries that a tool answers, by its name. */
    examples: Record<string, string[]>;
  };
  /** Values that came from references, headers or environment: never to be shown. */
  secrets: string[];
}

/** A key of the gateway: the principal's name and the SHA-256 of the key, in hex. */
export interface GatewayKey {
  name: string;
  sha256: string;
}

/** What a client is shown: the three tools, the upstreams as one server, or whichever its kind does better with. */
export type Mode = 'tools' | 'flat' | 'auto';

/** What is known of a client, or said of it. */
export interface ClientTraits {
  mode?: Mode;
  /** It looks for tools itself, and gives its model only those that it needs. */
  defers?: boolean;
  /** The most characters that it takes for the name of a tool. */
  nameLength?: number;
  /** Whether `structuredContent` is any good to it beside text. */
  structuredContent?: boolean;
  /** Whether it asks again for a list that has changed. */
  listChanged?: boolean;
}

/** A part of the servers, by name, and how it is shown. */
interface Profile {
  servers?: string[];
  mode?: Mode;
}

/** An OpenAI-compatible endpoint that makes vectors of texts. */
export interface EmbeddingSettings {
  /** With or without `/embeddings` at its end. */
  url: string;
  model: string;
  apiKey?: string;
  /** Numbers of a vector, where the model is to be told. */
  dimensions?: number;
  /** How long a search waits for it. */
  timeoutMs: number;
  /** What the model wants in front of queries, and of what is searched. */
  queryPrefix: string;
  toolPrefix: string;
}

export interface GatewayConfig {
  host: string;
  port: number;
  /** True when the configuration itself names the port: then no other may be taken. */
  portNamed: boolean;
  keys: GatewayKey[];
  publicUrl?: string;
  allowedHosts: string[];
  allowedOrigins: string[];
  /** How long calls may go on after SIGTERM. */
  drainMs: number;
  /** Idle time after which a 2025-era session, or the connections of a 2026-era client, end. */
  sessionIdleMs: number;
  /** Whether the key that logins are encrypted with is in the system keychain, where there is one. */
  keychain: boolean;
  /** Most that the reply to a search may cost a model. */
  searchTokens: number;
  /** Most that `tools/list` may cost a model. */
  menuTokens: number;
  /** `embeddings`: where tools are found by their meaning as well; `learn`: whether calls teach searches. */
  search: { embeddings?: EmbeddingSettings; learn: boolean };
  /** What clients are shown where they do not say. */
  mode: Mode;
  /** Parts of the servers that clients may ask for. */
  profiles: Record<string, Profile>;
  /** What is said of clients, by the name that they give themselves. */
  clients: Record<string, ClientTraits>;
  /** Whether clients of 2024-11-05 are served at /sse and /messages. */
  sse: boolean;
  /** Bounds of the results that are kept. */
  results: { maxMemoryMb: number; maxDiskMb: number; ttlMs: number };
  /** Whether commands may be changed over the admin API; on loopback alone when left out. */
  admin: { commands?: boolean };
  log: LogSettings;
  metrics: { enabled: boolean; maxTools: number };
  history: { enabled: boolean; onDisk: boolean; maxAgeDays: number; maxMb: number; payloads: boolean };
  /** `file` is absolute. */
  audit: { enabled: boolean; file?: string };
  otel: OtelSettings;
}

type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

interface LogSettings {
  level: LogLevel;
  format: 'auto' | 'json' | 'pretty';
  /** Absolute. */
  file?: string;
  maxFileMb: number;
  /** Full ones that are kept. */
  maxFiles: number;
  /** Whether arguments and results are logged at every level. */
  payloads: boolean;
}

export interface OtelSettings {
  /** Whether anything is to be sent. */
  enabled: boolean;
  /** Where the configuration names it; else the environment does, which OpenTelemetry reads itself. */
  endpoint?: string;
  headers: Record<string, string>;
  traces: boolean;
  metrics: boolean;
  /** Whether traces may hold what may be sensitive. */
  payloads: boolean;
}

/** Proxy settings of the environment; empty strings where there are none. */
export interface ProxySettings {
  http: string;
  https: string;
  /** Comma-separated hosts that are reached directly. */
  no: string;
}

/** A configuration that can be run. Disabled servers are left out. */
export interface Config {
  /** Absolute path. */
  file: string;
  /** Another text of the file has another version. */
  version: string;
  /** Absolute paths of the other files that it was made of, or would have been. */
  includes: string[];
  servers: ServerConfig[];
  gateway: GatewayConfig;
  /** The proxies of the environment, for HTTP servers. */
  proxy: ProxySettings;
  /** Unknown keys, translated keys, settings that have no effect yet, references that did not resolve. */
  warnings: Problem[];
}
