/** A type as text; `compound` when it needs parentheses before `[]` or beside `&`. */
export interface Type {
  text: string;
  compound?: boolean;
}

/** `A | B` of the distinct types. */
export function union(types: Type[]): Type {
  const members = distinct(types).filter(type => type.text !== 'never');
  if (members.length <= 1) return members[0] ?? { text: 'never' };
  return { text: members.map(type => type.text).join(' | '), compound: true };
}

/** `A & B` of the distinct types that say something. */
export function intersection(types: Type[]): Type {
  const members = distinct(types).filter(type => type.text !== 'unknown');
  if (members.length <= 1) return members[0] ?? { text: 'unknown' };
  return { text: members.map(grouped).join(' & '), compound: true };
}

/** A type's text where something binds tighter than `|`. */
export function grouped(type: Type): string {
  return type.compound ? `(${type.text})` : type.text;
}

function distinct(types: Type[]): Type[] {
  return types.length < 2 ? types : [...new Map(types.map(type => [type.text, type])).values()];
}
