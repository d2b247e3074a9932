import { type FormEvent, type ReactNode, useId } from 'react';
import { isolate } from '../../text/isolate.ts';
import './prompt-box.css';

export interface PromptProps {
  readonly draft: string;
  readonly examples: readonly string[];
  /** Whether the examples were written for other photos. */
  readonly borrowed: boolean;
  /** Recent prompts, newest first. */
  readonly recent: readonly string[];
  onForget(): void;
  /** Why the last prompt was refused, as a sentence. */
  readonly error: string | undefined;
  /** Number of tokens of the draft, and the model's limit; undefined until counted. */
  readonly count: { readonly used: number; readonly most: number } | undefined;
  /** Words of the draft beyond that limit. */
  readonly cut: readonly string[];
  onDraft(text: string): void;
  onRun(prompt: string): void;
  /** The answer; it is shown between the prompt and the suggestions. */
  readonly children?: ReactNode;
}

/** Input for the prompt, with examples and recent prompts. Enter starts the search. */
export function PromptBox({
  draft,
  examples,
  borrowed,
  recent,
  onForget,
  error,
  count,
  cut,
  onDraft,
  onRun,
  children,
}: PromptProps) {
  const id = useId();
  const others = recent.filter((prompt) => !examples.includes(prompt));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onRun(draft);
  };
  return (
    <form className="prompt" onSubmit={submit}>
      <label className="field-label" htmlFor={id}>
        What to look for
      </label>
      {count && (
        <span className="field-value" data-over={cut.length > 0 || undefined}>
          {count.used} of {count.most} tokens
        </span>
      )}
      <div className="prompt-line">
        <input
          id={id}
          className="text-input"
          type="text"
          // Prompts may be written from right to left.
          dir="auto"
          value={draft}
          placeholder="the red chair on the left"
          autoComplete="off"
          spellCheck={false}
          enterKeyHint="search"
          aria-invalid={error !== undefined}
          aria-describedby={`${id}-note`}
          onChange={(event) => onDraft(event.currentTarget.value)}
        />
        <button type="submit" className="button primary">
          Find
        </button>
      </div>
      <p id={`${id}-note`} className="field-error" role="alert">
        {error}
      </p>
      <div className="said" role="status">
        {cut.length > 0 && (
          <p className="note" data-testid="cut">
            The model reads {count?.most} tokens; it will not see: {cut.map(isolate).join(' ')}.
          </p>
        )}
      </div>
      {children}
      {borrowed && examples.length > 0 && <span className="field-label quiet examples-of">For example</span>}
      {examples.length > 0 && <Prompts label="Examples" prompts={examples} onRun={onRun} />}
      {others.length > 0 && (
        <div className="recent">
          <span className="field-label quiet">Recent, kept on this machine</span>
          <button type="button" className="link-button" onClick={onForget}>
            Forget them
          </button>
          <Prompts label="Recent" prompts={others} onRun={onRun} />
        </div>
      )}
    </form>
  );
}

function Prompts({
  label,
  prompts,
  onRun,
}: {
  readonly label: string;
  readonly prompts: readonly string[];
  onRun(prompt: string): void;
}) {
  return (
    <ul className="chips" aria-label={label}>
      {prompts.map((prompt) => (
        <li key={prompt}>
          <button type="button" className="chip" dir="auto" onClick={() => onRun(prompt)}>
            {prompt}
          </button>
        </li>
      ))}
    </ul>
  );
}
