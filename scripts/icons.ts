/** `npm run icons`: writes the icons of public/manifest.webmanifest from the favicon. */
import { mkdir, readFile } from 'node:fs/promises';
import sharp from 'sharp';

const FOLDER = 'public/icons';
/** Share of a maskable icon that is visible on every system. */
const SAFE = 0.8;

const svg = await readFile('public/favicon.svg', 'utf8');
const picture = (text: string, size: number) =>
  sharp(Buffer.from(text), { density: 72 * (size / 32) }).resize(size, size);
const path = (name: string) => `${FOLDER}/${name}.png`;

await mkdir(FOLDER, { recursive: true });
for (const size of [192, 512])
  await picture(svg, size)
    .png({ palette: true })
    .toFile(path(`icon-${size}`));
// The maskable icon: smaller, without rounded corners, on the same background.
const ground = /fill="(#[0-9a-f]{6})"/.exec(svg)?.[1] ?? '#000000';
const square = svg.replace(/ rx="\d+"/, '');
const inner = Math.round(512 * SAFE);
await sharp({ create: { width: 512, height: 512, channels: 4, background: ground } })
  .composite([{ input: await picture(square, inner).png().toBuffer() }])
  .png({ palette: true })
  .toFile(path('maskable-512'));
