import type { ReferResult } from '../../../engine/protocol.ts';
import { CUT_WORDS, quotedWords, readAsNote, UNKNOWN_WORDS, unknownWords } from './read-as.ts';
import './words.css';

/** A sentence for each way in which the model read other words than were typed. */
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
