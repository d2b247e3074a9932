import { VpdError } from '../errors.ts';

/** HTTP status codes after which the same request may succeed later. */
const TRANSIENT: readonly number[] = [408, 425, 429, 500, 502, 503, 504];
export const isTransient = (status: number): boolean => TRANSIENT.includes(status);

/**
 * Error for a response without the bytes, with what to do.
 * @param hint what to do if there is no such file
 */
export function refusal(url: string, { status, statusText }: Response, hint = 'Check the address.'): VpdError {
  const answer = `${url} was answered with ${`${status} ${statusText}`.trim()}`;
  const say = (rest: string): VpdError => new VpdError('network', `${answer}: ${rest}`);
  switch (status) {
    case 401:
    case 403:
      return say(
        'it needs a login or a permission. Download the file where you are signed in and open it from your disk.',
      );
    case 404:
    case 410:
      return say(`there is no such file. ${hint}`);
    case 416:
      return say('the file is shorter than it was. It changed on the server; start again.');
    case 429:
      return say('the server wants fewer requests. Wait some minutes, then retry; the part that has arrived is kept.');
    default:
      return say(isTransient(status) ? 'the server has a problem. Retry later.' : 'check the address, then retry.');
  }
}

/** @param foreign whether the server may refuse this page because it is of another origin (CORS) */
export const unreachable = (url: string, foreign: boolean, cause: unknown): VpdError =>
  new VpdError(
    'network',
    `${url} could not be reached. Check the connection and the address${foreign ? '; if the server does not let other pages read its files (CORS), download the file and open it from your disk' : ', then retry'}.`,
    { cause },
  );

export const isWebPage = ({ headers }: Response): boolean =>
  (headers.get('content-type') ?? '').toLowerCase().startsWith('text/html');

export const webPage = (url: string): VpdError =>
  new VpdError(
    'bad-file',
    `${url} is a web page and not a file. Give the link of the download itself, on Hugging Face “Copy download link”.`,
  );
