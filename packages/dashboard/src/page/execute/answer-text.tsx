/** An answer's text, with its blocks of code set off. */
import { ScrollRegion } from '../elements/scroll-region.tsx';
import { textBlocks } from './text-blocks.ts';

export function AnswerText({ text }: { readonly text: string }) {
  return (
    <ScrollRegion look="answer" label="Text of the answer">
      {textBlocks(text).map(({ kind, content }, index) => (kind === 'code' ? <pre key={index}>{content}</pre> : <p key={index}>{content}</p>))}
    </ScrollRegion>
  );
}
