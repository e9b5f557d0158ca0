/** What checking arguments needs, in one piece that is loaded at the first check. */
export { Ajv } from 'ajv';
export { Ajv2020 } from 'ajv/dist/2020.js';
export { RE2JS } from 're2js';
