// Reads back with the TypeScript compiler what the printer wrote.
import ts from 'typescript';
import type { JsonObject, Tool } from '../types.ts';
import { address } from './address.ts';

/** What a type says of names, optionality and values: `{ members: { a: { optional: true, type: 'string' } } }`. */
export type Skeleton =
  | string
  | { values: unknown[] }
  | { nullable: Skeleton }
  | { items: Skeleton }
  | { members: [name: string, optional: boolean, type: Skeleton][] };

/** The part of a signature or declaration that is TypeScript, as a statement. */
export function statementOf(text: string, server: string, tool: Tool): string {
  const [typed] = text.split('\n\n');
  return `declare function f${typed!.slice(address(server, tool.name).length)}`;
}

/** What the compiler has to say against the syntax of `statement`: nothing, one hopes. */
export function complaints(statement: string): string[] {
  const { diagnostics = [] } = ts.transpileModule(statement, {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ESNext },
  });
  return diagnostics.map(
    ({ messageText }) => `${ts.flattenDiagnosticMessageText(messageText, '\n')} in ${statement}`,
  );
}

/** The skeleton of the arguments that the function takes. */
export function readBack(statement: string): Skeleton {
  const file = ts.createSourceFile('f.ts', statement, ts.ScriptTarget.ESNext);
  const aliases = new Map(
    file.statements.filter(ts.isTypeAliasDeclaration).map(({ name, type }) => [name.text, type]),
  );
  const { parameters } = file.statements.find(ts.isFunctionDeclaration)!;
  const [first] = parameters;
  const whole = parameters.length === 1 && first!.name.getText(file) === 'arguments';
  return whole ? skeletonOf(first!.type!, aliases) : membersOf([...parameters], aliases);
}

type Aliases = Map<string, ts.TypeNode>;

function skeletonOf(type: ts.TypeNode, aliases: Aliases): Skeleton {
  if (ts.isParenthesizedTypeNode(type)) return skeletonOf(type.type, aliases);
  if (ts.isArrayTypeNode(type)) return { items: skeletonOf(type.elementType, aliases) };
  if (ts.isTypeLiteralNode(type)) return membersOf(type.members.filter(ts.isPropertySignature), aliases);
  if (ts.isTypeReferenceNode(type)) return nameOf((type.typeName as ts.Identifier).text, aliases);
  if (ts.isLiteralTypeNode(type)) return { values: [literalOf(type)] };
  return ts.isUnionTypeNode(type) ? unionOf(type, aliases) : (ts.tokenToString(type.kind) ?? 'other');
}

function nameOf(name: string, aliases: Aliases): Skeleton {
  const type = aliases.get(name);
  return type ? skeletonOf(type, aliases) : name;
}

function membersOf(members: (ts.PropertySignature | ts.ParameterDeclaration)[], aliases: Aliases): Skeleton {
  return {
    members: members.map(({ name, questionToken, type }) => [
      (name as ts.Identifier | ts.StringLiteral).text,
      questionToken !== undefined,
      skeletonOf(type!, aliases),
    ]),
  };
}

function unionOf({ types }: ts.UnionTypeNode, aliases: Aliases): Skeleton {
  const isNull = (type: ts.TypeNode) => ts.isLiteralTypeNode(type) && literalOf(type) === null;
  const others = types.filter(type => !isNull(type));
  const values = others.map(type => (ts.isLiteralTypeNode(type) ? literalOf(type) : undefined));
  const skeleton = values.includes(undefined) ? skeletonOf(others[0]!, aliases) : { values };
  return others.length < types.length ? { nullable: skeleton } : skeleton;
}

function literalOf({ literal }: ts.LiteralTypeNode): unknown {
  if (ts.isStringLiteral(literal)) return literal.text;
  if (literal.kind === ts.SyntaxKind.NullKeyword) return null;
  if (ts.isPrefixUnaryExpression(literal)) return -Number((literal.operand as ts.NumericLiteral).text);
  return ts.isNumericLiteral(literal) ? Number(literal.text) : literal.kind === ts.SyntaxKind.TrueKeyword;
}

/** A tool of these parameters. */
export function toolOf(inputSchema: unknown, more: JsonObject = {}): Tool {
  return { name: 't', inputSchema: inputSchema as JsonObject, ...more };
}
