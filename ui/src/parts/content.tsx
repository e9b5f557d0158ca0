import { Download, Link2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useWords } from '../words/language.ts';
import { Code } from './code.tsx';
import { contentWords } from './content-words.ts';
import { Foreign } from './foreign.tsx';
import { prettified } from './prettified.ts';

type Block = Record<string, unknown>;

/** Content blocks of MCP, as a person sees them: text as text, pictures as pictures, all else by name with its data. */
export function Content({ blocks, nothing }: { blocks: unknown; nothing: ReactNode }) {
  const all = Array.isArray(blocks) ? (blocks as Block[]) : [];
  if (all.length === 0) return <p className="text-ink-soft">{nothing}</p>;
  return (
    <div className="flex flex-col gap-3">
      {all.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks have no other name
        <One key={index} block={block} />
      ))}
    </div>
  );
}

function One({ block }: { block: Block }) {
  const words = useWords(contentWords);
  const { type, text, data, mimeType, resource, uri, name } = block;
  if (type === 'text' && typeof text === 'string') return <Code text={prettified(text)} label={words.text} />;
  if (type === 'image' && typeof data === 'string') return <Picture data={data} mimeType={mimeType} />;
  if (type === 'audio' && typeof data === 'string')
    // biome-ignore lint/a11y/useMediaCaption: what a server made has none
    return <audio controls aria-label={words.audio} src={dataUrl(data, mimeType, 'audio/')} />;
  if (type === 'resource' && typeof resource === 'object' && resource !== null)
    return <ResourceContent resource={resource as Block} />;
  if (type === 'resource_link' && typeof uri === 'string')
    return (
      <p className="flex items-center gap-2">
        <Link2 size={14} aria-hidden className="text-ink-soft" />
        <Foreign>{typeof name === 'string' ? name : uri}</Foreign>
        <Foreign mono className="text-xs text-ink-soft">
          {uri}
        </Foreign>
      </p>
    );
  return <Code text={JSON.stringify(block, null, 2)} label={String(type)} />;
}

/** What is in a resource: text, a picture, or something to download. */
export function ResourceContent({ resource }: { resource: Block }) {
  const words = useWords(contentWords);
  const { uri, text, blob, mimeType } = resource;
  const file =
    String(uri ?? '')
      .split('/')
      .at(-1) || 'resource';
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <Foreign
        mono
        className="text-xs text-ink-soft"
      >{`${String(uri ?? '')} ${String(mimeType ?? '')}`}</Foreign>
      {typeof text === 'string' && <Code text={prettified(text)} label={words.text} />}
      {typeof blob === 'string' && /^image\//.test(String(mimeType)) && (
        <Picture data={blob} mimeType={mimeType} />
      )}
      {typeof blob === 'string' && (
        <a
          download={file}
          href={`data:application/octet-stream;base64,${blob.replace(/[^A-Za-z0-9+/=]/g, '')}`}
          className="inline-flex items-center gap-1.5 self-start text-accent underline underline-offset-2"
        >
          <Download size={14} aria-hidden />
          {words.download} ({words.bytes(Math.floor((blob.length * 3) / 4))})
        </a>
      )}
    </div>
  );
}

function Picture({ data, mimeType }: { data: string; mimeType: unknown }) {
  const words = useWords(contentWords);
  return (
    <img
      src={dataUrl(data, mimeType, 'image/')}
      alt={words.image}
      className="max-h-96 max-w-full self-start rounded-md border border-line bg-sunken object-contain"
    />
  );
}

/** Only of the kind that is expected: whatever else a server says it is, a browser must not take it for a page. */
function dataUrl(data: string, mimeType: unknown, kind: string): string {
  const type =
    typeof mimeType === 'string' && mimeType.startsWith(kind)
      ? mimeType.replace(/[^\w/+.-]/g, '')
      : `${kind}*`;
  return `data:${type};base64,${data.replace(/[^A-Za-z0-9+/=]/g, '')}`;
}
