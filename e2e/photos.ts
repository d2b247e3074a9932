import sharp from 'sharp';

/** A room drawn by hand: floor, wall, window, door and a red box, so that there is something to see and nothing to download. */
const ROOM = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 240">
  <rect width="320" height="240" fill="#cfc8ba"/>
  <path d="M0 240 L60 150 H260 L320 240z" fill="#8a6a4a"/>
  <path d="M0 0 L60 40 V150 L0 240z" fill="#b9b1a2"/>
  <path d="M320 0 L260 40 V150 L320 240z" fill="#a79f90"/>
  <rect x="90" y="60" width="50" height="40" fill="#9cc4e6" stroke="#f4f4f4" stroke-width="4"/>
  <rect x="200" y="70" width="34" height="80" fill="#5a3a22"/>
  <path d="M120 170 l40 -14 l36 14 v34 l-36 18 l-40 -16z" fill="#b51d18"/>
  <path d="M120 170 l40 16 v36 l-40 -16z" fill="#8c1512"/>
</svg>`;

/** PNG of the room. Software WebGPU gets the middle strip alone: the network's cost grows with its area. */
export async function roomPhoto(strip: boolean): Promise<Buffer> {
  const room = sharp(Buffer.from(ROOM)).resize(320, 240);
  return (strip ? room.extract({ left: 0, top: 140, width: 320, height: 64 }) : room).png().toBuffer();
}
