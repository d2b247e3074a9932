import { BufferAttribute, BufferGeometry, Mesh, MeshBasicMaterial, Scene, SRGBColorSpace, Texture } from 'three';
import { GLTFExporter } from 'three/addons/exporters/GLTFExporter.js';
import { VpdError } from '../../../errors.ts';
import type { Relief } from '../../../image/relief.ts';

/**
 * Writes a textured mesh as binary glTF: metres, y up, unlit, because the photo is already lit.
 * @param camera Description of the camera, for the mesh's extras.
 */
export async function writeGlb(relief: Relief, photo: ImageBitmap, camera: string): Promise<Uint8Array<ArrayBuffer>> {
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(relief.positions, 3));
  geometry.setAttribute('uv', new BufferAttribute(relief.uvs, 2));
  geometry.setIndex(new BufferAttribute(relief.indices, 1));
  const texture = new Texture(photo);
  // glTF counts texture rows from the top, as the photo does.
  texture.flipY = false;
  texture.colorSpace = SRGBColorSpace;
  texture.userData.mimeType = 'image/jpeg';
  const mesh = new Mesh(geometry, new MeshBasicMaterial({ map: texture }));
  mesh.name = 'depth';
  mesh.userData.camera = camera;
  const scene = new Scene();
  scene.add(mesh);
  const written = await new GLTFExporter().parseAsync(scene, { binary: true });
  if (!(written instanceof ArrayBuffer))
    throw new VpdError('internal', 'The glTF exporter returned text instead of a binary file.');
  return new Uint8Array(written);
}
