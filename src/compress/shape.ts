/** What a schema says, as a tree: read once (`reader.ts`), then laid out on one line or on many (`layout.ts`). */
export type Shape = Form & {
  /** Constraints and descriptions, as text for a comment; hostile no more, but perhaps of several lines. */
  remarks?: string[];
};

type Form =
  /** `string`, `"a"`, `unknown`. */
  | { kind: 'word'; text: string }
  | { kind: 'name'; definition: Definition }
  /** `more` is how many members were not read. */
  | { kind: 'union'; members: Shape[]; more: number }
  | { kind: 'intersection'; members: Shape[]; more: number }
  | { kind: 'array'; item: Shape }
  | { kind: 'tuple'; items: Shape[]; rest?: Shape }
  | ({ kind: 'object' } & Members);

/** The inside of an object type. */
export interface Members {
  members: Member[];
  /** What stands under names that are not listed. */
  values?: Shape;
  /** Members that were not read because they are too many. */
  more: number;
}

/** One property: `body?: string = "none"`. */
export interface Member {
  name: string;
  required: boolean;
  shape: Shape;
  /** The default as a literal. */
  preset?: string;
}

/** What one or more `$ref`s point at. */
export interface Definition {
  /** An identifier that no other definition of the tool has. */
  name: string;
  shape: Shape;
  uses: number;
  /** Whether it occurs inside itself. */
  recursive: boolean;
}

export function word(text: string): Shape {
  return { kind: 'word', text };
}

/** Says nothing: it is left out of an intersection, and takes a union's point away. */
export const unknown = word('unknown');

export function unionOf(members: Shape[], more = 0): Shape {
  return members.length === 1 && more === 0 ? members[0]! : { kind: 'union', members, more };
}

/** `shape` with more to remark on it. */
export function remarked(shape: Shape, remarks: string[]): Shape {
  return remarks.length === 0 ? shape : { ...shape, remarks: [...(shape.remarks ?? []), ...remarks] };
}
