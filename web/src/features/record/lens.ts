// Whether a video file tells by itself that it is not mirrored. Apple devices name the
// lens in the file ("iPhone 14 Pro back camera 6.86mm f/1.78"); a back camera never
// mirrors. A front camera may mirror or not, by a setting that the file does not tell.

/** How much of each end of a file is looked at, bytes: the names stand in the headers. */
const ends = 4 << 20;

const lens = /(?:iPhone|iPad)[ -~]{0,40}? back [ -~]{0,40}?camera[ -~]{0,24}/;

/** The back camera that a file's header names, or null. */
export function backCamera(header: string): string | null {
  return lens.exec(header)?.[0].trim() ?? null;
}

/** What a file tells of mirroring, null where it tells nothing. */
export async function mirrorOf(file: Blob): Promise<{ mirrored: false; lens: string } | null> {
  const parts = file.size <= 2 * ends ? [file] : [file.slice(0, ends), file.slice(file.size - ends)];
  for (const part of parts) {
    const name = backCamera(new TextDecoder("latin1").decode(await part.arrayBuffer()));
    if (name) return { mirrored: false, lens: name };
  }
  return null;
}
