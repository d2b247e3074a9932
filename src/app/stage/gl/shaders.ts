/**
 * The first pass draws the photo. Each layer is one more pass: it reads the picture below, pixel by pixel, and writes the blended result.
 * This allows any blend mode and any number of layers.
 */
import { INK, LEAST_SLOPE, LIGHTNESS } from '../../../tasks/depth/contours.ts';
import { BLENDS } from '../../../tasks/layer.ts';

export const VERTEX = `#version 300 es
// A quad over the visible part of the photo only, so that interpolation stays exact at any zoom.
uniform vec4 uRect; // x, y, width, height in clip space
uniform vec4 uWindow; // the same part in fractions of the photo; (0, 0) is its top left corner
out vec2 vPoint;
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  vPoint = uWindow.xy + corner * uWindow.zw;
  gl_Position = vec4(uRect.xy + corner * uRect.zw, 0.0, 1.0);
}`;

const HEAD = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;

in vec2 vPoint;
out vec4 oColour;

uniform float uSplit; // the compare handle, in device pixels from the left
uniform float uOpacity;
`;

export const PHOTO_FRAGMENT = `${HEAD}
uniform sampler2D uPhoto;
uniform bool uPixels; // zoomed in so far that pixels are drawn as squares
uniform sampler2D uCloseUp;
uniform vec4 uPart; // of the close-up: x, y, width, height in fractions of the photo; empty without one
uniform bool uPartPixels;

// Every branch here is the same for all pixels, or around no texture(): mipmaps need the neighbours' coordinates.
vec3 pixel(sampler2D image, vec2 point, bool square) {
  if (!square) return texture(image, point).rgb;
  ivec2 size = textureSize(image, 0);
  return texelFetch(image, clamp(ivec2(point * vec2(size)), ivec2(0), size - 1), 0).rgb;
}

void main() {
  vec3 photo = pixel(uPhoto, vPoint, uPixels);
  if (uPart.z > 0.0) {
    vec2 inPart = (vPoint - uPart.xy) / uPart.zw;
    vec3 close = pixel(uCloseUp, inPart, uPartPixels);
    if (inPart == clamp(inPart, 0.0, 1.0)) photo = close;
  }
  // The background of a faint or hidden photo is dark in both themes: the layers' colours are made for photos.
  oColour = vec4(gl_FragCoord.x < uSplit ? photo : mix(vec3(0.1), photo, uOpacity), 1.0);
}`;

/** Blend modes as the W3C's Compositing and Blending Level 1 defines them (section 10); the cases are indices into BLENDS. */
const LAYER = `${HEAD}
uniform sampler2D uUnder; // the picture below, read pixel by pixel
uniform int uBlend;
uniform vec2 uTexel; // one CSS pixel, as a fraction of the photo
uniform float uDensity; // device pixels per CSS pixel
uniform bool uLeft; // drawn left of the split instead of right of it

float luminosity(vec3 colour) {
  return dot(colour, vec3(0.3, 0.59, 0.11));
}

vec3 withLuminosity(vec3 colour, float wanted) {
  vec3 moved = colour + (wanted - luminosity(colour));
  float least = min(moved.r, min(moved.g, moved.b));
  float most = max(moved.r, max(moved.g, moved.b));
  if (least < 0.0) moved = wanted + (moved - wanted) * wanted / (wanted - least);
  if (most > 1.0) moved = wanted + (moved - wanted) * (1.0 - wanted) / (most - wanted);
  return moved;
}

vec3 blended(vec3 under, vec3 colour) {
  switch (uBlend) {
    case ${BLENDS.indexOf('multiply')}: return under * colour;
    case ${BLENDS.indexOf('screen')}: return under + colour - under * colour;
    case ${BLENDS.indexOf('overlay')}: return mix(2.0 * under * colour, 1.0 - 2.0 * (1.0 - under) * (1.0 - colour), step(0.5, under));
    case ${BLENDS.indexOf('color')}: return withLuminosity(colour, luminosity(under));
    case ${BLENDS.indexOf('luminosity')}: return withLuminosity(under, luminosity(colour));
    default: return colour;
  }
}

const vec2 AROUND[8] = vec2[8](vec2(1, 0), vec2(-1, 0), vec2(0, 1), vec2(0, -1), vec2(.7, .7), vec2(-.7, .7), vec2(.7, -.7), vec2(-.7, -.7));

vec3 composed(vec3 under);

void main() {
  vec3 under = texelFetch(uUnder, ivec2(gl_FragCoord.xy), 0).rgb;
  oColour = vec4((gl_FragCoord.x < uSplit) == uLeft ? composed(under) : under, 1.0);
}
`;

export const FIELD_FRAGMENT = `${LAYER}
uniform sampler2D uField;
uniform sampler2D uTable;
uniform vec2 uEnds;
uniform vec2 uCover;
uniform bool uFade;
uniform float uContour; // 0 = none

vec3 composed(vec3 under) {
  float value = texture(uField, vPoint * uCover).r;
  float along = clamp((value - uEnds.x) / (uEnds.y - uEnds.x), 0.0, 1.0);
  vec3 colour = texelFetch(uTable, ivec2(int(along * 255.0 + 0.5), 0), 0).rgb;
  float alpha = uOpacity * (uFade ? 0.35 + 0.65 * along : 1.0);
  vec3 shown = mix(under, blended(under, colour), alpha);
  if (uContour <= 0.0) return shown;
  // Lines of constant width: the distance to the nearest multiple, in pixels. Half floats are too coarse for slopes below LEAST_SLOPE.
  float lines = value / uContour;
  float away = abs(fract(lines + 0.5) - 0.5) / max(fwidth(lines), ${LEAST_SLOPE});
  float width = 0.5 * uDensity;
  float ink = 1.0 - smoothstep(width, width + 1.0, away);
  return mix(shown, vec3(dot(shown, vec3(${LIGHTNESS})) > 0.5 ? 0.0 : 1.0), ${INK} * ink);
}`;

export const PICTURE_FRAGMENT = `${LAYER}
uniform sampler2D uPicture;

vec3 composed(vec3 under) {
  return mix(under, blended(under, texture(uPicture, vPoint).rgb), uOpacity);
}`;

export const LABEL_FRAGMENT = `${LAYER}
uniform usampler2D uLabels;
uniform sampler2D uPalette;
uniform int uHighlight;

int labelAt(vec2 point) {
  ivec2 size = textureSize(uLabels, 0);
  return int(texelFetch(uLabels, clamp(ivec2(point * vec2(size)), ivec2(0), size - 1), 0).r);
}

vec3 composed(vec3 under) {
  int label = labelAt(vPoint);
  vec4 entry = texelFetch(uPalette, ivec2(label, 0), 0);
  vec3 colour = blended(under, entry.rgb);
  float alpha = uOpacity * entry.a;
  if (uHighlight < 0) return mix(under, colour, alpha);
  if (label != uHighlight) return mix(mix(under, vec3(dot(under, vec3(0.2126, 0.7152, 0.0722))), 0.7) * 0.55, colour, alpha * 0.12);
  bool edge = false;
  for (int i = 0; i < 8; i++) {
    vec2 near = vPoint + AROUND[i] * uTexel * 1.5;
    edge = edge || (near == clamp(near, 0.0, 1.0) && labelAt(near) != label);
  }
  return edge ? vec3(1.0) : mix(under, colour, max(alpha * 0.75, 0.3));
}`;

export const MASK_FRAGMENT = `${LAYER}
uniform sampler2D uMask;
uniform float uThreshold;
uniform bool uOutline;
uniform vec3 uTint;

vec3 composed(vec3 under) {
  bool inside = texture(uMask, vPoint).r > uThreshold;
  vec3 shown = inside ? mix(under, blended(under, uTint), uOpacity) : under;
  if (!uOutline) return shown;
  // A light line inside the edge and a dark one outside: visible on any photo.
  bool edge = false;
  for (int i = 0; i < 8; i++) edge = edge || (texture(uMask, vPoint + AROUND[i] * uTexel * 1.6).r > uThreshold) != inside;
  if (!edge) return shown;
  return inside ? mix(vec3(1.0), uTint, 0.5) : mix(under, vec3(0.0), 0.6);
}`;
