import { VpdError } from '../../../errors.ts';
import { VERTEX } from './shaders.ts';

export interface Program {
  readonly handle: WebGLProgram;
  /** Makes it the program of the uniforms and draw calls that follow. */
  use(): void;
  /** Location of a uniform; null (which WebGL ignores) if the compiler dropped it. */
  at(name: string): WebGLUniformLocation | null;
}

/** Compiles a program that fills the photo's rectangle. Throws a VpdError if the driver refuses it. */
export function createProgram(gl: WebGL2RenderingContext, fragment: string): Program {
  const handle = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(type);
    // Null only if the context has just been lost: everything is built again when it is restored.
    if (!shader) continue;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(handle, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(handle);
  if (!gl.getProgramParameter(handle, gl.LINK_STATUS) && !gl.isContextLost())
    throw new VpdError(
      'internal',
      `The drawing program was refused by the graphics driver: ${gl.getProgramInfoLog(handle)}.`,
    );
  const locations = new Map<string, WebGLUniformLocation | null>();
  return {
    handle,
    use: () => gl.useProgram(handle),
    at(name) {
      const known = locations.get(name);
      if (known !== undefined) return known;
      const location = gl.getUniformLocation(handle, name);
      locations.set(name, location);
      return location;
    },
  };
}
