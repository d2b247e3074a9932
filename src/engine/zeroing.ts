/** Function-scope variables without an initial value: name and type. ORT's module-scope variables have an address space: `var<private>`. */
const UNINITIALISED = /\bvar\s+(\w+)\s*:\s*([^;=]+);/g;

/**
 * Makes the zero of shader variables without an initial value explicit. WGSL zeroes a variable that is declared in a loop in every iteration,
 * but Chromium 156 on Vulkan and older Firefox (gfx-rs/wgpu#9489) zero it only once. ORT's fused attention then adds the scores of one block
 * of keys to those of the next: with subgroups of 8 it was off by 5 %.
 */
export function zeroing(device: GPUDevice): GPUDevice {
  const create = device.createShaderModule.bind(device);
  device.createShaderModule = (descriptor) =>
    create({ ...descriptor, code: descriptor.code.replace(UNINITIALISED, 'var $1: $2 = $2();') });
  return device;
}
