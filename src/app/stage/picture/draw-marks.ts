import type { Size } from '../geometry.ts';
import { marksOf } from '../overlays/marks.ts';
import type { Measured } from '../overlays/measure.ts';

/** Least distance of a text from the picture's sides, in CSS pixels. */
const MARGIN = 4;

/** Draws a measurement as `measure.css` does on the stage. The context's unit is a CSS pixel, the photo covers `size` of them. */
export function drawMarks(context: CanvasRenderingContext2D, found: Measured, size: Size): void {
  const { points, distance } = marksOf(found, { x: 0, y: 0, ...size });
  const [a, b] = points;
  const mono = getComputedStyle(document.documentElement).getPropertyValue('--mono');
  context.textAlign = 'center';
  context.lineJoin = 'round';

  function text(label: { readonly text: string; readonly x: number; readonly y: number }, pixels: number): void {
    context.font = `600 ${pixels}px ${mono}`;
    const half = context.measureText(label.text).width / 2 + MARGIN;
    const x = Math.max(half, Math.min(size.width - half, label.x));
    context.strokeStyle = 'rgb(0 0 0 / 80%)';
    context.lineWidth = 4;
    context.strokeText(label.text, x, label.y);
    context.fillStyle = '#fff';
    context.fillText(label.text, x, label.y);
  }

  function onHalo(path: Path2D): void {
    context.strokeStyle = 'rgb(0 0 0 / 75%)';
    context.lineWidth = 5;
    context.stroke(path);
    context.strokeStyle = '#fff';
    context.lineWidth = 2;
    context.stroke(path);
  }

  if (a && b) onHalo(new Path2D(`M${a.x} ${a.y}L${b.x} ${b.y}`));
  for (const { x, y, label } of points) {
    const circle = new Path2D();
    circle.arc(x, y, 5, 0, 2 * Math.PI);
    onHalo(circle);
    context.fillStyle = 'rgb(255 255 255 / 30%)';
    context.fill(circle);
    text(label, 12);
  }
  if (distance) text(distance, 15);
}
