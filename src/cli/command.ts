/** What the user gave a command. */
export interface Given {
  values: Record<string, string | boolean | string[] | undefined>;
  words: string[];
}

export interface Option {
  type: 'string' | 'boolean';
  multiple?: boolean;
  /** Shown in place of the value. */
  value?: string;
  about: string;
}

export interface Command {
  /** What stands after the command's name. */
  usage: string;
  about: string;
  /** The most words that are no options. */
  words: number;
  options: Record<string, Option>;
  /** Loads what runs it; no more than `given` needs. */
  load: (given: Given) => Promise<{ run: (given: Given) => Promise<number> }>;
}
