/**
 * Stores handles of the files of unfinished conversions, if the browser provides them: after a reload, one click reads the files again
 * without choosing them again. Only IndexedDB can store handles. This is a convenience, so every failure is silent.
 */
const DATABASE = 'vpd-conversions';
const STORE = 'handles';

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function withStore<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await settled(opening);
  try {
    return await settled(work(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

export async function keepHandles(id: string, handles: readonly FileSystemFileHandle[]): Promise<void> {
  await withStore('readwrite', (store) => store.put(handles, id)).catch(() => undefined);
}

export async function forgetHandles(id: string): Promise<void> {
  await withStore('readwrite', (store) => store.delete(id)).catch(() => undefined);
}

/** Not yet known to TypeScript's library. */
interface Askable {
  requestPermission(descriptor: { readonly mode: 'read' }): Promise<PermissionState>;
}
const isAskable = (handle: object): handle is Askable => 'requestPermission' in handle;
const isFileHandle = (value: unknown): value is FileSystemFileHandle => value instanceof FileSystemFileHandle;

/** Asks for permission to read a conversion's files by their handles, and returns them; undefined if any of them is not available. */
export async function filesOfHandles(id: string): Promise<readonly File[] | undefined> {
  try {
    const kept: unknown = await withStore<unknown>('readonly', (store) => store.get(id));
    if (!Array.isArray(kept) || kept.length === 0) return undefined;
    const files: File[] = [];
    for (const handle of kept) {
      if (!isFileHandle(handle)) return undefined;
      if (isAskable(handle) && (await handle.requestPermission({ mode: 'read' })) !== 'granted') return undefined;
      files.push(await handle.getFile());
    }
    return files;
  } catch {
    return undefined;
  }
}
