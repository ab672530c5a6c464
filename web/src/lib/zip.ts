// Bringing a person in: a zip may be many gigabytes, so the browser sends it from
// the disk and says how far it is (which fetch does not).
import { address, failure } from "../api";
import type { Person } from "./types";

/** Sends a zip; anew brings the person in as somebody new. A sealed file needs its passphrase. */
export function bringIn(zip: File, anew: boolean, progress: (share: number) => void, passphrase = ""): Promise<Person> {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", address("/people/import", { as: anew ? "new" : null }));
    request.setRequestHeader("Content-Type", "application/zip");
    if (passphrase) request.setRequestHeader("facialis-passphrase", encodeURIComponent(passphrase));
    request.upload.onprogress = (e) => progress(e.total ? e.loaded / e.total : 0);
    request.upload.onload = () => progress(1);
    request.onerror = () => fail(failure(0));
    request.onload = () => {
      if (request.status === 201) done(JSON.parse(request.responseText) as Person);
      else fail(failure(request.status, request.responseText));
    };
    request.send(zip);
  });
}
