/** Runs one question at a time: of those asked meanwhile only the last is run, the others are answered with undefined. */
export function latestOnly<Question, Answer>(
  run: (question: Question) => Promise<Answer>,
): (question: Question) => Promise<Answer | undefined> {
  let last: Promise<unknown> = Promise.resolve();
  let newest = 0;
  return (question) => {
    const mine = ++newest;
    const answer = last.then(() => (mine === newest ? run(question) : undefined));
    last = answer.catch(() => undefined);
    return answer;
  };
}
