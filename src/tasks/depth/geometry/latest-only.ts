/** Runs one question at a time. Of the questions that arrive during a run, only the latest runs; the others resolve to undefined. */
export function latestOnly<Question, Answer>(
  run: (question: Question) => Promise<Answer>,
): (question: Question) => Promise<Answer | undefined> {
  let last: Promise<unknown> = Promise.resolve();
  let latest = 0;
  return (question) => {
    const own = ++latest;
    const answer = last.then(() => (own === latest ? run(question) : undefined));
    last = answer.catch(() => undefined);
    return answer;
  };
}
