import { readFile } from 'node:fs/promises';
import { ModelFolderError } from '../../adapters/models.js';
import { hasExternalData, opsetOf } from '../../adapters/onnx-file.js';

/** An ONNX file with all its weights in it. Throws ModelFolderError. */
export async function onnxBytes(file: string): Promise<Uint8Array> {
  const bytes = await readFile(file).catch(() => {
    throw new ModelFolderError('model-missing', `${file} cannot be read`, 'name the ONNX file');
  });
  if (opsetOf(bytes) === undefined) throw new ModelFolderError('model-unreadable', `${file} is no ONNX model`, 'export the model to ONNX');
  if (hasExternalData(bytes)) {
    throw new ModelFolderError('weights-outside', `${file} keeps its weights in another file, which nothing here would take along or check`, 'save it as one file of up to 2 GB: onnx.save(onnx.load("in.onnx"), "out.onnx")');
  }
  return bytes;
}
