import { type Connect, createServer } from 'vite';

interface ModuleServer {
  /** Address of the repository's root, with a slash at its end. */
  readonly url: string;
  /** Address of an empty page. */
  readonly blank: string;
  close(): Promise<void>;
}

/**
 * Serves the files of the repository to a Chromium without a build, TypeScript compiled as it is requested, with cross-origin isolation.
 * @param answer answers other requests first
 */
export async function serveModules(answer?: Connect.NextHandleFunction): Promise<ModuleServer> {
  const server = await createServer({
    server: { port: 0, hmr: false, watch: null },
    // A dependency that is discovered late does not reload the page.
    optimizeDeps: { noDiscovery: true, include: ['protobufjs/minimal.js'], exclude: ['onnxruntime-web'] },
    logLevel: 'error',
    plugins: [
      {
        name: 'answers',
        configureServer({ middlewares }) {
          middlewares.use('/blank', (_, response) => {
            response.setHeader('content-type', 'text/html').end('<!doctype html><title>empty</title>');
          });
          if (answer) middlewares.use(answer);
        },
      },
    ],
  });
  await server.listen();
  const [url = ''] = server.resolvedUrls?.local ?? [];
  return { url, blank: `${url}blank`, close: () => server.close() };
}
