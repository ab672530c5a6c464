// When a video shows the picture of its own time. A page that reads the picture
// earlier finds none, though the browser can play the video.

const current = 2; // HTMLMediaElement.HAVE_CURRENT_DATA

type Film = Pick<HTMLVideoElement, "readyState" | "seeking" | "error" | "addEventListener">;

/** Waits until the video has its picture. False when the signal was aborted; an error when
 * the browser cannot play the video. */
export function hasPicture(video: Film, signal: AbortSignal, cannotPlay: string): Promise<boolean> {
  return new Promise((resolve, fail) => {
    const heard = new AbortController();
    const end = (tell: () => void) => {
      heard.abort();
      tell();
    };
    const look = () => {
      if (signal.aborted) end(() => resolve(false));
      else if (video.error) end(() => fail(new Error(cannotPlay)));
      else if (video.readyState >= current && !video.seeking) end(() => resolve(true));
    };
    for (const type of ["loadeddata", "canplay", "seeked", "error"])
      video.addEventListener(type, look, { signal: heard.signal });
    signal.addEventListener("abort", look, { signal: heard.signal });
    look();
  });
}
