import { backendName } from '../../engine/backends.ts';
import { formatMinute } from '../../format-date.ts';
import { GENERATOR, REPORT_VERSION, type ReportFacts } from './format.ts';
import { STYLE } from './style.ts';

/** Escapes text for HTML content and attributes, so that user input never becomes HTML. */
function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' };
  return text.replaceAll(/[&<>"']/g, (character) => `&${names[character]};`);
}

/** Content security policy: nothing is fetched and no script runs, whatever the file contains. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** A picture as a data URL. All strings of these interfaces are plain text, not HTML. */
export interface Figure {
  readonly url: string;
  readonly alt: string;
  readonly width: number;
  readonly height: number;
}
interface LegendRow {
  /** CSS colour. */
  readonly colour: string;
  readonly label: string;
  readonly figure: string;
  readonly note?: string;
}
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
  readonly figures: readonly Figure[];
  /** A colour bar with labels of its ends. */
  readonly bar?: { readonly gradient: string; readonly low: string; readonly high: string };
  readonly legend: readonly LegendRow[];
  /** Small pictures, each with a caption. */
  readonly maps: readonly { readonly figure: Figure; readonly label: string; readonly chosen: boolean }[];
  readonly table: readonly (readonly [name: string, value: string])[];
}
export interface PhotoChapter {
  readonly name: string;
  readonly lines: readonly string[];
  readonly photo: Figure;
  readonly sections: readonly Section[];
}

const img = ({ url, alt, width, height }: Figure): string =>
  `<img src="${url}" alt="${escaped(alt)}" width="${width}" height="${height}">`;
const lines = (all: readonly string[]): string => all.map((line) => `<p>${escaped(line)}</p>`).join('\n');
const rows = (all: readonly (readonly [string, string])[]): string =>
  all.map(([name, value]) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td></tr>`).join('\n');
const details = (title: string, all: readonly (readonly [string, string])[]): string =>
  all.length === 0 ? '' : `<details><summary>${title}</summary><table>${rows(all)}</table></details>`;

function section({ title, lines: text, figures, bar, legend, maps, table }: Section): string {
  const colours = legend.map(
    ({ colour, label, figure, note }) =>
      `<li><span class="swatch" style="background:${colour}"></span><b>${escaped(label)}</b> <span class="figure">${escaped(figure)}</span>${note ? ` <span class="quiet">${escaped(note)}</span>` : ''}</li>`,
  );
  const small = maps.map(
    ({ figure, label, chosen }) =>
      `<figure${chosen ? ' class="chosen"' : ''}>${img(figure)}<figcaption>${escaped(label)}</figcaption></figure>`,
  );
  return `<section>
<h3>${escaped(title)}</h3>
${figures.map(img).join('\n')}
${bar ? `<div class="bar" style="background:${bar.gradient}"></div><p class="ends"><span>${escaped(bar.low)}</span><span>${escaped(bar.high)}</span></p>` : ''}
${lines(text)}
${colours.length > 0 ? `<ul class="legend">${colours.join('\n')}</ul>` : ''}
${small.length > 0 ? `<div class="maps">${small.join('\n')}</div>` : ''}
${details('Timing', table)}
</section>`;
}

export const chapterHtml = ({ name, lines: text, photo, sections }: PhotoChapter): string => `<article>
<h2>${escaped(name)}</h2>
${lines(text)}
<div class="sections">
<section><h3>Photo</h3>
${img(photo)}</section>
${sections.map(section).join('\n')}
</div>
</article>`;

/** Returns the page before the chapters. The page is assembled as a Blob, since all chapters may exceed the length of a string. */
export function pageHead({ made, pack, device }: ReportFacts, names: readonly string[]): string {
  const title = `Report: ${names.join(', ')}`;
  const about: (readonly [string, string])[] = [
    ['Date', formatMinute(made)],
    ['Model', [...new Set([pack.name, pack.weights, pack.family])].join(', ')],
    ['SHA-256 of its weights and sizes', pack.hash],
    ['Licence of its weights', pack.licence],
    ['Device', [backendName(device.backend), ...(device.adapter ? [device.adapter] : [])].join(', ')],
    ['Why this backend', device.reason],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="generator" content="${GENERATOR} ${REPORT_VERSION}">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>VPD Workbench report</h1>
<table class="about">${rows(about)}</table>
`;
}

/** Returns the page between the chapters and the data. */
export const beforeData = (settings: readonly (readonly [string, string])[]): string => `
${details('Settings', settings)}
<h2>Data</h2>
<p>Drop this file on the workbench to continue where it was saved. The photos’ own files, the arrays (.npy), the masks (COCO) and all settings are in one ZIP: `;

/** The page after the data. ASCII, and without further quotes: the last quote of the file ends the data. */
export const PAGE_TAIL = '">save it</a>.</p>\n</main>\n</body>\n</html>\n';
