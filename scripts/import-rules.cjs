// Which room may import which (docs/architecture.md). Everybody may import the files that lie in src/ itself.
const rooms = {
  config: ['telemetry'],
  clients: ['config'],
  telemetry: [],
  rpc: ['telemetry'],
  pool: [],
  upstream: ['rpc', 'pool', 'telemetry', 'config/types'],
  catalog: ['config/types', 'telemetry'],
  search: [],
  embeddings: ['search', 'telemetry', 'config/types', 'upstream/dispatcher'],
  compress: [],
  call: ['catalog', 'compress', 'telemetry', 'pool', 'upstream', 'rpc'],
  admin: ['clients', 'config', 'catalog', 'compress', 'search', 'call', 'server', 'telemetry', 'upstream'],
  server: [
    'rpc',
    'search',
    'embeddings',
    'compress',
    'catalog',
    'call',
    'config/types',
    'config/reloads',
    'telemetry',
  ],
};

/** What the first list does not need. */
const lazy = [
  '^src/upstream/(connect|http|dispatcher|auth/.*)\\.ts$',
  '^src/admin/.*\\.ts$',
  '^src/embeddings/endpoint\\.ts$',
  '^src/clients/toml\\.ts$',
  '^src/call/(ajv|cache-results)\\.ts$',
  '^src/telemetry/(log/pino|metrics/(scrape|registry|counts)|history/(history|recorder|database|worker)|otel/.*)\\.ts$',
];

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `${room}-imports`,
      severity: 'error',
      from: { path: `^src/${room}/`, pathNot: '\\.(test|fixture)\\.ts$' },
      to: { path: '^src/[^/]+/', pathNot: [`^src/${room}/`, ...allowed.map(name => `^src/${name}[./]`)] },
    })),
    {
      name: 'the-contract-is-shared-with-the-page',
      severity: 'error',
      from: { path: '^src/admin/contract/' },
      to: { pathNot: ['^src/admin/contract/', 'node_modules/zod/'] },
    },
    {
      name: 'gateway-stays-behind-its-doors',
      severity: 'error',
      from: { path: '^src/gateway\\.ts$' },
      to: { path: '^src/(server|cli|search|compress)/' },
    },
    {
      name: 'big-libraries-stay-in-parts-of-their-own',
      severity: 'error',
      from: { path: '^src/', pathNot: [...lazy, '\\.(test|fixture)\\.ts$'] },
      to: {
        path: 'node_modules/(@modelcontextprotocol/client|@toon-format/toon|ajv|undici|jmespath|re2js|lru-cache|pino|prom-client|libsql|@opentelemetry/.*|@clack/prompts|@decimalturn/toml-patch)/',
        dependencyTypesNot: ['type-only'],
        dynamic: false,
      },
    },
    {
      name: 'those-parts-are-loaded-when-needed',
      severity: 'error',
      from: { path: '^src/', pathNot: [...lazy, '\\.(test|fixture)\\.ts$'] },
      to: { path: lazy, dependencyTypesNot: ['type-only'], dynamic: false },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['import', 'node', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
