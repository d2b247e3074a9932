/** Two textures of the canvas's size: one is drawn into while the other is read. */
export interface Targets {
  resize(width: number, height: number): void;
  /** Directs what is drawn next to texture `target` modulo 2, or to the canvas. */
  drawInto(target: number | 'canvas'): void;
  /** Binds texture `target` modulo 2 to a texture unit. */
  read(target: number, unit: number): void;
  dispose(): void;
}

export function createTargets(gl: WebGL2RenderingContext): Targets {
  const pair = [0, 1].map(() => ({ texture: gl.createTexture(), frame: gl.createFramebuffer() }));
  const of = (target: number) => pair[target % 2];
  let size = '';

  return {
    resize(width, height) {
      const wanted = `${width}×${height}`;
      if (wanted === size) return;
      size = wanted;
      for (const { texture, frame } of pair) {
        gl.activeTexture(gl.TEXTURE0);
        gl.bindTexture(gl.TEXTURE_2D, texture);
        gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
        gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
        gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
        gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
        gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
      }
    },
    drawInto(target) {
      gl.bindFramebuffer(gl.FRAMEBUFFER, target === 'canvas' ? null : (of(target)?.frame ?? null));
    },
    read(target, unit) {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, of(target)?.texture ?? null);
    },
    dispose() {
      for (const { texture, frame } of pair) {
        gl.deleteFramebuffer(frame);
        gl.deleteTexture(texture);
      }
    },
  };
}
