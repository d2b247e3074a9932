import type { Plugin } from 'vite';

/**
 * Names the media type of packs' weights, which Vite's preview server does not know. It compresses files of unknown type for every request:
 * half a second for the embedded pack, which gets no smaller, and a download of unknown length for the page.
 */
export function packType(): Plugin {
  return {
    name: 'pack-type',
    configurePreviewServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        if (request.url?.split('?')[0]?.endsWith('.safetensors'))
          response.setHeader('Content-Type', 'application/octet-stream');
        next();
      });
    },
  };
}
