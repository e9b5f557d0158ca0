/** Completion and explanations from the schema, where the cursor is. */
import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { hoverTooltip } from '@codemirror/view';
import { getLocation } from 'jsonc-parser';
import { knownAt, membersOf, valuesOf } from './schema.ts';

function complete(context: CompletionContext): CompletionResult | null {
  const word = context.matchBefore(/"?[\w.$-]*/);
  if (word === null || (word.from === word.to && !context.explicit)) return null;
  const text = context.state.doc.toString();
  const { path, isAtPropertyKey } = getLocation(text, context.pos);
  const known = knownAt(isAtPropertyKey ? path.slice(0, -1) : path);
  if (known === undefined) return null;
  const after = text.slice(context.pos, context.pos + 1) === '"' ? 1 : 0;
  if (!isAtPropertyKey)
    return {
      from: word.from,
      to: context.pos + after,
      options: valuesOf(known).map(value => ({ label: JSON.stringify(value), type: 'constant' })),
    };
  const hasValue = /^"?\s*:/.test(text.slice(context.pos));
  return {
    from: word.from,
    to: context.pos + after,
    options: membersOf(known).map(([name, { description, type }]) => ({
      label: `"${name}"`,
      apply: hasValue ? `"${name}"` : `"${name}": `,
      type: 'property',
      ...(typeof type === 'string' && { detail: type }),
      ...(description && { info: description }),
    })),
  };
}

const explained = hoverTooltip((view, pos) => {
  const { path, previousNode } = getLocation(view.state.doc.toString(), pos);
  const { description, default: standard } = knownAt(path) ?? {};
  if (description === undefined || previousNode === undefined) return null;
  const { offset, length } = previousNode;
  if (pos < offset || pos > offset + length) return null;
  return {
    pos: offset,
    end: offset + length,
    create: () => {
      const dom = document.createElement('div');
      dom.textContent =
        standard === undefined ? description : `${description}\n= ${JSON.stringify(standard)}`;
      return { dom };
    },
  };
});

export const assistance = [autocompletion({ override: [complete] }), explained];
