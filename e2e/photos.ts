import sharp from 'sharp';

export const ROOM = { width: 320, height: 240 };
/** Size of each of the page's samples. */
export const SAMPLE = { width: 640, height: 480 };
/** Size of the strip from the middle of the room. */
export const STRIP = { width: 320, height: 64 };
/** Size of the small room, so that comparing its pixels is quick; the networks' input has the same size for every photo. */
export const SMALL = { width: 160, height: 120 };

/** Drawing of a room with floor, wall, window, door and a red box, so that no photo has to be downloaded. */
const DRAWING = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 240">
  <rect width="320" height="240" fill="#cfc8ba"/>
  <path d="M0 240 L60 150 H260 L320 240z" fill="#8a6a4a"/>
  <path d="M0 0 L60 40 V150 L0 240z" fill="#b9b1a2"/>
  <path d="M320 0 L260 40 V150 L320 240z" fill="#a79f90"/>
  <rect x="90" y="60" width="50" height="40" fill="#9cc4e6" stroke="#f4f4f4" stroke-width="4"/>
  <rect x="200" y="70" width="34" height="80" fill="#5a3a22"/>
  <path d="M120 170 l40 -14 l36 14 v34 l-36 18 l-40 -16z" fill="#b51d18"/>
  <path d="M120 170 l40 16 v36 l-40 -16z" fill="#8c1512"/>
</svg>`;

/** PNG of the room, or of its strip: for software WebGPU, because the network's cost grows with the area. */
export async function roomPhoto({ strip = false } = {}): Promise<Buffer> {
  const room = sharp(Buffer.from(DRAWING)).resize(ROOM.width, ROOM.height);
  return (strip ? room.extract({ left: 0, top: 140, ...STRIP }) : room).png().toBuffer();
}

export async function smallRoom({ flop = false } = {}): Promise<Buffer> {
  return sharp(await roomPhoto())
    .resize(SMALL.width, SMALL.height)
    .flop(flop)
    .png()
    .toBuffer();
}
