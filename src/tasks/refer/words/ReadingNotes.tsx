import type { ReferResult } from '../../../engine/results.ts';
import { CUT_WORDS, quotedWords, readAsNote, UNKNOWN_WORDS, unknownWords } from './reading-notes.ts';
import './words.css';

/** Notes on the words that the model replaced, did not know or did not read. */
export function ReadingNotes({ words, cut }: Pick<ReferResult, 'words' | 'cut'>) {
  const replaced = readAsNote(words);
  const unknown = unknownWords(words);
  return (
    <>
      {replaced !== undefined && (
        <p className="note" data-testid="read-as">
          {replaced}
        </p>
      )}
      {unknown.length > 0 && (
        <p className="note">
          {UNKNOWN_WORDS}
          <span className="unknown">{quotedWords(unknown)}</span>.
        </p>
      )}
      {cut.length > 0 && (
        <p className="note">
          {CUT_WORDS}
          {quotedWords(cut)}.
        </p>
      )}
    </>
  );
}
