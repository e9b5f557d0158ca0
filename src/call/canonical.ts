/** A text longer than this, in characters, or a value nested deeper is not worth comparing. */
const maxLength = 64 * 1024;
const maxDepth = 64;

/**
 * The JSON text of a value that came from JSON, keys sorted: equal for equal values, whatever the order of their keys, and
 * for no others. Undefined when it is longer than 65,536 characters, deeper than 64 levels or no JSON.
 */
export function canonical(value: unknown): string | undefined {
  const text = new Text();
  return text.add(value, maxDepth) ? text.parts.join('') : undefined;
}

/** Adding returns false when there is no room left, or nothing that JSON could say. */
class Text {
  readonly parts: string[] = [];
  #room = maxLength;

  add(value: unknown, depth: number): boolean {
    if (typeof value === 'string') return this.#quote(value);
    if (typeof value === 'number' || typeof value === 'boolean' || value === null)
      return this.#put(JSON.stringify(value));
    if (typeof value !== 'object' || depth === 0) return false;
    return Array.isArray(value) ? this.#array(value, depth) : this.#object(value, depth);
  }

  #array(items: unknown[], depth: number): boolean {
    const added = (item: unknown, index: number) =>
      (index === 0 || this.#put(',')) && this.add(item, depth - 1);
    return this.#put('[') && items.every(added) && this.#put(']');
  }

  #object(value: object, depth: number): boolean {
    const keys = Object.keys(value);
    if (keys.length > this.#room) return false; // before they are sorted
    const added = (key: string, index: number) =>
      (index === 0 || this.#put(',')) &&
      this.#quote(key) &&
      this.#put(':') &&
      this.add((value as Record<string, unknown>)[key], depth - 1);
    return this.#put('{') && keys.sort().every(added) && this.#put('}');
  }

  #quote(text: string): boolean {
    return text.length <= this.#room && this.#put(JSON.stringify(text));
  }

  #put(text: string): boolean {
    this.parts.push(text);
    this.#room -= text.length;
    return this.#room >= 0;
  }
}
