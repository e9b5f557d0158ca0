import { refName } from './schema.ts';
import { type Definition, type Shape, unknown } from './shape.ts';
import { isBindable, isIdentifier } from './text.ts';

const maxName = 40;
/** Names that a type has already. */
const types = 'any bigint boolean never number object string symbol undefined unknown Record'.split(' ');

/** The definitions of one tool, each under a name of its own. */
export class Definitions {
  readonly #byTarget = new Map<unknown, Definition>();
  readonly #names = new Set(types);
  readonly #open = new Set<Definition>();

  /** The definition that `ref` points at, read by `read` when it is met first; used once more than before. */
  use(ref: string, target: unknown, read: () => Shape): Definition {
    const known = this.#byTarget.get(target);
    const definition = known ?? { name: this.#nameFor(ref), shape: unknown, uses: 0, recursive: false };
    definition.uses++;
    definition.recursive ||= this.#open.has(definition);
    if (known !== undefined) return definition;
    this.#byTarget.set(target, definition);
    this.#open.add(definition);
    definition.shape = read();
    this.#open.delete(definition);
    return definition;
  }

  #nameFor(ref: string): string {
    const last = (ref === '#' ? 'Root' : refName(ref))
      .slice(0, maxName)
      .replace(/[^\p{ID_Continue}$]+/gu, '_');
    const name = isIdentifier(last) ? last : `_${last.replace(/[^\w$]/g, '')}`;
    let unique = name;
    for (let number = 2; this.#names.has(unique) || !isBindable(unique); number++)
      unique = `${name}${number}`;
    this.#names.add(unique);
    return unique;
  }
}
