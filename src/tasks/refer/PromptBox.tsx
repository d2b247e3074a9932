import { type FormEvent, useId } from 'react';

interface Props {
  readonly draft: string;
  readonly examples: readonly string[];
  /** Why the last prompt was refused, in one sentence. */
  readonly error: string | undefined;
  /** Tokens of the draft and the most that the model reads; undefined until counted. */
  readonly count: { readonly used: number; readonly most: number } | undefined;
  onDraft(text: string): void;
  onRun(prompt: string): void;
}

/** The sentence to look for. Enter runs it; a newer one takes its place. */
export function PromptBox({ draft, examples, error, count, onDraft, onRun }: Props) {
  const id = useId();
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
        <span className="field-value" data-over={count.used > count.most || undefined}>
          {count.used} of {count.most} tokens
        </span>
      )}
      <div className="prompt-line">
        <input
          id={id}
          className="text-input"
          type="text"
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
      {examples.length > 0 && (
        <ul className="chips" aria-label="Examples">
          {examples.map((example) => (
            <li key={example}>
              <button type="button" className="chip" onClick={() => onRun(example)}>
                {example}
              </button>
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}
