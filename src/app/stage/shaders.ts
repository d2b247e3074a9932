/** One program draws the photo and at most one fill over it (a field through colours, or classes); another draws each mask over that. */

export const VERTEX = `#version 300 es
// A quad over the part of the photo that is in sight: interpolation stays exact however close the view is.
uniform vec4 uRect; // x, y, width, height in clip space
uniform vec4 uWindow; // the same part in shares of the photo; (0, 0) is its top left corner
out vec2 vPoint;
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  vPoint = uWindow.xy + corner * uWindow.zw;
  gl_Position = vec4(uRect.xy + corner * uRect.zw, 0.0, 1.0);
}`;

export const FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;

in vec2 vPoint;
out vec4 oColour;

uniform sampler2D uPhoto;
uniform vec2 uTexel; // one CSS pixel, as a share of the photo
uniform bool uShowPhoto;
uniform bool uPixels; // seen so close that pixels are squares
uniform float uSplit; // layers begin here, in device pixels from the left
uniform float uDensity; // device pixels per CSS pixel

uniform bool uHasField;
uniform sampler2D uField;
uniform sampler2D uTable;
uniform vec2 uEnds;
uniform vec2 uCover;
uniform float uFieldOpacity;
uniform bool uFade;
uniform float uContour; // 0 = none

uniform bool uHasPicture;
uniform sampler2D uPicture;
uniform float uPictureOpacity;

uniform bool uHasLabels;
uniform usampler2D uLabels;
uniform sampler2D uPalette;
uniform float uLabelOpacity;
uniform int uHighlight;

int labelAt(vec2 point) {
  ivec2 size = textureSize(uLabels, 0);
  return int(texelFetch(uLabels, clamp(ivec2(point * vec2(size)), ivec2(0), size - 1), 0).r);
}

vec3 field(vec3 under) {
  float value = texture(uField, vPoint * uCover).r;
  float along = clamp((value - uEnds.x) / (uEnds.y - uEnds.x), 0.0, 1.0);
  vec3 colour = texelFetch(uTable, ivec2(int(along * 255.0 + 0.5), 0), 0).rgb;
  float alpha = uFieldOpacity * (uFade ? 0.35 + 0.65 * along : 1.0);
  vec3 shown = mix(under, colour, alpha);
  if (uContour <= 0.0) return shown;
  // Lines of constant width: the distance to the next multiple, in pixels. Half floats are too coarse for a flatter slope than the least.
  float lines = value / uContour;
  float away = abs(fract(lines + 0.5) - 0.5) / max(fwidth(lines), 0.002);
  float width = 0.5 * uDensity;
  float ink = 1.0 - smoothstep(width, width + 1.0, away);
  return mix(shown, vec3(dot(shown, vec3(0.2126, 0.7152, 0.0722)) > 0.5 ? 0.0 : 1.0), 0.85 * ink);
}

vec3 labels(vec3 under) {
  int label = labelAt(vPoint);
  vec4 entry = texelFetch(uPalette, ivec2(label, 0), 0);
  float alpha = uLabelOpacity * entry.a;
  if (uHighlight < 0) return mix(under, entry.rgb, alpha);
  if (label != uHighlight) return mix(mix(under, vec3(dot(under, vec3(0.2126, 0.7152, 0.0722))), 0.7) * 0.55, entry.rgb, alpha * 0.12);
  bool edge = false;
  for (int i = 0; i < 8; i++) {
    vec2 way = vec2[8](vec2(1, 0), vec2(-1, 0), vec2(0, 1), vec2(0, -1), vec2(.7, .7), vec2(-.7, .7), vec2(.7, -.7), vec2(-.7, -.7))[i];
    vec2 near = vPoint + way * uTexel * 1.5;
    edge = edge || (near == clamp(near, 0.0, 1.0) && labelAt(near) != label);
  }
  return edge ? vec3(1.0) : mix(under, entry.rgb, max(alpha * 0.75, 0.3));
}

vec3 photo() {
  vec3 smoothed = texture(uPhoto, vPoint).rgb;
  ivec2 size = textureSize(uPhoto, 0);
  vec3 exact = texelFetch(uPhoto, clamp(ivec2(vPoint * vec2(size)), ivec2(0), size - 1), 0).rgb;
  return uPixels ? exact : smoothed;
}

void main() {
  // Without the photo, layers stand on a dark ground in either theme: their colours are made for photos.
  vec3 colour = uShowPhoto ? photo() : vec3(0.1);
  if (gl_FragCoord.x < uSplit) {
    oColour = vec4(colour, 1.0);
    return;
  }
  if (uHasField) colour = field(colour);
  if (uHasPicture) colour = mix(colour, texture(uPicture, vPoint).rgb, uPictureOpacity);
  if (uHasLabels) colour = labels(colour);
  oColour = vec4(colour, 1.0);
}`;

/** A mask, blended over what is there: premultiplied colour and its coverage. */
export const MASK_FRAGMENT = `#version 300 es
precision highp float;

in vec2 vPoint;
out vec4 oColour;

uniform vec2 uTexel; // one CSS pixel, as a share of the photo
uniform sampler2D uMask;
uniform float uThreshold;
uniform float uMaskOpacity;
uniform bool uOutline;
uniform vec3 uTint;

vec4 over(vec3 colour, float alpha) {
  return vec4(colour * alpha, alpha);
}

void main() {
  bool inside = texture(uMask, vPoint).r > uThreshold;
  oColour = inside ? over(uTint, uMaskOpacity) : vec4(0.0);
  if (!uOutline) return;
  // A light line inside the edge and a dark one outside: visible on any photo.
  float lowest = 1.0;
  float highest = 0.0;
  for (int i = 0; i < 12; i++) {
    float turn = float(i) * 0.5235988;
    float value = texture(uMask, vPoint + vec2(cos(turn), sin(turn)) * uTexel * 1.6).r;
    lowest = min(lowest, value);
    highest = max(highest, value);
  }
  if (inside && lowest <= uThreshold) oColour = over(mix(vec3(1.0), uTint, 0.5), 1.0);
  if (!inside && highest > uThreshold) oColour = over(vec3(0.0), 0.6);
}`;
