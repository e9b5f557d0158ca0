/** What is said about a setting beside its type, and how a schema made of settings is looked into. */
import * as z from 'zod/mini';

export interface Note {
  /** What the setting does, in a sentence or two. */
  description: string;
  /** What a number counts, such as `ms`. */
  unit?: string;
  /** Accepted without effect in this version. */
  planned?: true;
  /** Part of the format of other clients: another name of one of ours, or not ours to act on. */
  foreign?: true;
}

/** The note of each setting. */
export const notes = z.registry<Note>();

/** `type` with a note; the same object, which must not be used for another setting. */
export function setting<T extends z.core.$ZodType>(type: T, note: Note): T {
  notes.add(type as z.core.$ZodType, note);
  return type;
}

type Schema = z.core.$ZodType;

/** The settings inside an object schema by name, however it is wrapped; undefined for any other schema. */
export function fields(schema: Schema): Record<string, Schema> | undefined {
  const definition = bare(schema);
  return definition.type === 'object' ? definition.shape : undefined;
}

/** The schema of each value of a record, however it is wrapped; undefined for any other schema. */
export function entrySchema(schema: Schema): Schema | undefined {
  const definition = bare(schema);
  return definition.type === 'record' ? definition.valueType : undefined;
}

/** What stands when the setting is left out; undefined when nothing does. */
export function defaultOf(schema: Schema): unknown {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return def.type === 'default' ? def.defaultValue : undefined;
}

function bare(schema: Schema): z.core.$ZodTypes['_zod']['def'] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return def.type === 'optional' || def.type === 'default' || def.type === 'prefault'
    ? bare(def.innerType)
    : def;
}
