import { nearest } from '../nearest.ts';
import type { JsonObject } from '../types.ts';
import { literals } from './literals.ts';
import { isObject } from './schema.ts';
import { describe, isIdentifier, quote } from './text.ts';

/** What is wrong at one place: `{ path: 'arguments.labels[2]', message: 'must be string, not number' }`. */
export interface Problem {
  path: string;
  message: string;
}

/** A violation as a JSON Schema validator reports it. */
export interface Violation {
  /** JSON pointer of the value that is wrong. */
  instancePath: string;
  keyword: string;
  params: JsonObject;
  message?: string | undefined;
  /** The keyword's value. */
  schema?: unknown;
  /** The schema that the keyword stands in. */
  parentSchema?: unknown;
  /** The value that is wrong. */
  data?: unknown;
}

const maxProblems = 5;
const maxPath = 200;
const maxMessage = 300;
const maxNames = 10;
/** Violations beyond these are not read: they would not be shown. */
const maxViolations = 200;

/** The first five things wrong with `args`, in words that say how to put them right. */
export function problemsOf(violations: Violation[], args: unknown): Problem[] {
  const relevant = violations.slice(0, maxViolations).filter(isOwnWord);
  const details = withoutRivals(relevant.filter(violation => !isChoice(violation)));
  // A choice is worth a line only where its alternatives fail in different ways.
  const choices = relevant.filter(choice => isChoice(choice) && within(choice, details).length !== 1);
  const texts = new Map<string, Problem>();
  for (const violation of [...choices, ...details]) {
    const problem = inWords(violation, relevant, args);
    texts.set(`${problem.path}\n${problem.message}`, problem);
  }
  return [...texts.values()].slice(0, maxProblems);
}

/** What `if` and the innards of `propertyNames` say is said by another violation as well. */
function isOwnWord(violation: Violation): boolean {
  return violation.keyword !== 'if' && !('propertyName' in violation);
}

function isChoice({ keyword }: Violation): boolean {
  return keyword === 'anyOf' || keyword === 'oneOf';
}

/** Without complaints about a value's type where an alternative got past its type and further. */
function withoutRivals(violations: Violation[]): Violation[] {
  const further = violations.filter(violation => violation.keyword !== 'type');
  return violations.filter((violation, index) => {
    if (violation.keyword !== 'type') return true;
    const deeper = violations.some(other => other.instancePath.startsWith(`${violation.instancePath}/`));
    const isFirst = violations.findIndex(other => isSameType(other, violation)) === index;
    return isFirst && !deeper && !further.some(other => other.instancePath === violation.instancePath);
  });
}

function isSameType(a: Violation, b: Violation): boolean {
  return a.keyword === 'type' && a.instancePath === b.instancePath;
}

function within(choice: Violation, details: Violation[]): Violation[] {
  const { instancePath } = choice;
  return details.filter(detail => `${detail.instancePath}/`.startsWith(`${instancePath}/`));
}

function inWords(violation: Violation, all: Violation[], args: unknown): Problem {
  const { instancePath, keyword, params } = violation;
  const missing = keyword === 'required' ? params['missingProperty'] : undefined;
  const path = pathOf(instancePath, args) + (typeof missing === 'string' ? step(missing) : '');
  const message = missing === undefined ? messageOf(violation, all) : 'is required';
  return { path: cut(path, maxPath), message: describe(message, maxMessage) };
}

function messageOf(violation: Violation, all: Violation[]): string {
  const { keyword, params, schema, data, message } = violation;
  switch (keyword) {
    case 'type': {
      const types = all.filter(other => isSameType(other, violation)).flatMap(other => other.params['type']);
      return `must be ${[...new Set(types)].join(' or ')}, not ${typeName(data)}`;
    }
    case 'enum':
      return `must be one of ${literals(Array.isArray(schema) ? schema : [], maxNames).join(', ')}`;
    case 'const':
      return `must be ${literals([schema], 1).join()}`;
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return surplus(
        String(params['additionalProperty'] ?? params['unevaluatedProperty']),
        violation.parentSchema,
      );
    case 'propertyNames':
      return `takes no key ${quote(cut(String(params['propertyName']), maxPath))}`;
    case 'anyOf':
      return 'fits none of the alternatives';
    case 'oneOf':
      return params['passingSchemas']
        ? 'fits more than one of the alternatives'
        : 'fits none of the alternatives';
    case 'false schema':
      return 'is not allowed';
    default:
      return (message ?? `does not satisfy ${keyword}`).replace('NOT', 'not');
  }
}

function surplus(key: string, schema: unknown): string {
  const known = isObject(schema) && isObject(schema['properties']) ? Object.keys(schema['properties']) : [];
  const [close] = nearest(key, known, 1);
  const names = literals(known, maxNames).join(', ');
  const advice =
    close === undefined ? names && `; it takes ${names}` : `; did you mean ${quote(cut(close, 80))}?`;
  return `does not take ${quote(cut(key, 80))}${advice}`;
}

/** `arguments.labels[2]` for `/labels/2`; a number is an index only where the value is an array. */
function pathOf(pointer: string, args: unknown): string {
  let path = 'arguments';
  let value = args;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path += Array.isArray(value) ? `[${key}]` : step(key);
    value = (value as JsonObject | undefined)?.[key];
  }
  return path;
}

function step(key: string): string {
  return isIdentifier(key) ? `.${key}` : `[${quote(cut(key, maxPath))}]`;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max - 1)}…` : text;
}
