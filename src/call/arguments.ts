import type { Ajv, Options, ValidateFunction } from 'ajv';
import { type Problem, problemsOf } from '../compress/problems.ts';
import { mentions, schemaHazard, soundCopy } from '../compress/sound.ts';
import { describe, quote } from '../compress/text.ts';
import type { JsonObject } from '../types.ts';

/** `checked: false`: not everything that the schema asks for could be checked; `note` says why, for people. */
export type Verdict = { ok: true; checked: boolean; note?: string } | { ok: false; problems: Problem[] };

export type Checker = (args: unknown) => Verdict;

/** Values in one call's arguments beyond which they are let through: quadratic keywords would block everybody. */
const maxValues = 5000;
const maxArgumentDepth = 64;
/** An instance keeps all that it ever compiled, so it is left to the garbage collector after this many schemas. */
const schemasPerInstance = 64;

const checkers = new WeakMap<JsonObject, Checker>();
let loading: Promise<Compiler> | undefined;
let compiler: Compiler | undefined;

/** Whether `args` fit `schema`; a promise only as long as the validator is not loaded. Never throws. */
export function checkArguments(schema: JsonObject, args: unknown): Verdict | Promise<Verdict> {
  const checker = argumentChecker(schema);
  return checker instanceof Promise ? checker.then(check => check(args)) : checker(args);
}

/**
 * The checker of a schema, made at its first use and kept as long as the schema object lives. A promise only until
 * the validator is loaded. A schema that cannot be compiled safely lets everything through, and says so.
 */
export function argumentChecker(schema: JsonObject): Checker | Promise<Checker> {
  const known = checkers.get(schema);
  if (known !== undefined) return known;
  if (compiler === undefined) return loadValidator().then(() => argumentChecker(schema));
  const checker = makeChecker(schema, compiler);
  checkers.set(schema, checker);
  return checker;
}

/** Loads the validator, which is left out of the start for its size. */
export async function loadValidator(): Promise<void> {
  loading ??= createCompiler();
  compiler = await loading;
}

function makeChecker(schema: JsonObject, compile: Compiler): Checker {
  const hazard = schemaHazard(schema);
  if (hazard !== undefined) return unchecked(`the schema is not enforced: ${hazard}`);
  try {
    const { validate, skipped } = compile(schema);
    return args => check(validate, args, skipped);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return unchecked(`the schema is not enforced: ${describe(reason, 300)}`);
  }
}

function unchecked(note: string): Checker {
  return () => ({ ok: true, checked: false, note });
}

function check(validate: ValidateFunction, args: unknown, skipped: string | undefined): Verdict {
  if (!isModest(args))
    return { ok: true, checked: false, note: 'the arguments are too large or too deep to check' };
  try {
    if (!validate(args)) return { ok: false, problems: problemsOf(validate.errors ?? [], args) };
  } catch {
    // A recursive schema may overflow the stack on arguments that are fine: the upstream will judge.
    return { ok: true, checked: false, note: 'the check did not come to an end' };
  }
  return skipped === undefined ? { ok: true, checked: true } : { ok: true, checked: false, note: skipped };
}

function isModest(args: unknown): boolean {
  return isFlat(args) || isBounded(args);
}

/** The common case, told without keeping anything: a few plain values. */
function isFlat(args: unknown): boolean {
  let seen = 0;
  for (const key in args as object) {
    const value: unknown = (args as Record<string, unknown>)[key];
    if (++seen > 50 || (typeof value === 'object' && value !== null)) return false;
  }
  return true;
}

function isBounded(args: unknown): boolean {
  const pending = [{ value: args, depth: 0 }];
  for (let seen = 0; pending.length > 0; seen++) {
    const { value, depth } = pending.pop()!;
    if (typeof value !== 'object' || value === null) continue;
    const children = Object.values(value);
    if (depth > maxArgumentDepth || seen + pending.length + children.length > maxValues) return false;
    for (const child of children) pending.push({ value: child, depth: depth + 1 });
  }
  return true;
}

interface Compiled {
  validate: ValidateFunction;
  /** What the compiled schema does not enforce, as a sentence. */
  skipped?: string;
}

/** Throws for a schema that is not valid or cannot be enforced as it is meant. */
type Compiler = (schema: JsonObject) => Compiled;

/** Keywords under which a pattern that always matches would refuse what is right. */
const negating = new Set(['not', 'oneOf', 'if', 'contains', 'patternProperties']);

async function createCompiler(): Promise<Compiler> {
  const { Ajv, Ajv2020, RE2JS } = await import('./ajv.ts');
  const unsupported: string[] = [];
  /** A pattern matched in linear time; one that needs look-around or back-references matches everything. */
  const linear = (pattern: string) => {
    try {
      const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
      return named(pattern, text => compiled.test(text));
    } catch {
      unsupported.push(pattern);
      return named(pattern, () => true);
    }
  };
  const regExp = Object.assign(linear, { code: 'linear' });
  const modern = renewing(() => new Ajv2020({ ...options, code: { regExp } }));
  const classic = renewing(() => new Ajv({ ...options, code: { regExp } }));
  return schema => {
    unsupported.length = 0;
    const validate = (isClassic(schema) ? classic : modern)(soundCopy(schema));
    if (unsupported.length === 0) return { validate };
    const skipped = `the pattern ${quote(unsupported[0]!.slice(0, 100))} is not supported and not enforced`;
    if (mentions(schema, negating)) throw new Error(skipped);
    return { validate, skipped };
  };
}

/** A matcher as Ajv wants it, which tells patterns apart by their string form. */
function named(pattern: string, test: (text: string) => boolean) {
  return { test, toString: () => pattern };
}

const options: Options = {
  strict: false,
  logger: false,
  validateSchema: false, // what is wrong with a schema shows when it is compiled
  validateFormats: false,
  allErrors: true,
  verbose: true,
  ownProperties: true, // so that a parameter called `constructor` is not found in every object
  inlineRefs: false, // so that code does not multiply where references do
  multipleOfPrecision: 8, // so that 19.99 is a multiple of 0.01
};

/**
 * Compiles with an instance that is shared, but forgets the `$id`s of one schema before the next. (`addUsedSchema`,
 * which is meant for that, lets nested ones stay and breaks `$ref: '#'`.)
 */
function renewing(create: () => Ajv): (schema: JsonObject) => ValidateFunction {
  let ajv = create();
  const builtIn = new Set(Object.keys(ajv.refs));
  let compiled = 0;
  return schema => {
    if (compiled++ % schemasPerInstance === 0) ajv = create();
    try {
      return ajv.compile(schema);
    } finally {
      for (const id of Object.keys(ajv.refs)) if (!builtIn.has(id)) delete ajv.refs[id];
    }
  };
}

/** Whether a schema says that it is of draft 7 or older. */
function isClassic({ $schema }: JsonObject): boolean {
  return typeof $schema === 'string' && /draft-0[3-7]/.test($schema);
}
