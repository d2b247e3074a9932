/** A sample scene as `samples/samples.json` lists it. */
export interface Sample {
  readonly name: string;
  readonly url: string;
  readonly prompts: readonly string[];
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Reads `[{file, name, prompts}]`; entries without a file name are left out. */
export function readSamples(json: unknown, base: string): Sample[] {
  if (!Array.isArray(json)) return [];
  return json.filter(isRecord).flatMap(({ file, name, prompts }) => {
    if (typeof file !== 'string') return [];
    const words = Array.isArray(prompts) ? prompts.filter((prompt) => typeof prompt === 'string') : [];
    return [{ name: typeof name === 'string' ? name : file, url: new URL(file, base).href, prompts: words }];
  });
}

/** The samples beside the page. A page without them works too. */
export async function fetchSamples(): Promise<Sample[]> {
  const list = new URL('samples/samples.json', document.baseURI);
  try {
    const response = await fetch(list);
    return response.ok ? readSamples(await response.json(), list.href) : [];
  } catch {
    return [];
  }
}
