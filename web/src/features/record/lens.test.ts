import assert from "node:assert/strict";
import { test } from "node:test";
import { backCamera, mirrorOf } from "./lens";

test("a file that names a back camera is not mirrored; any other file tells nothing", async () => {
  const key = "com.apple.quicktime.camera.lens_model";
  assert.equal(
    backCamera(`${key}\0\0data\0iPhone 14 Pro back camera 6.86mm f/1.78\0`),
    "iPhone 14 Pro back camera 6.86mm f/1.78",
  );
  assert.equal(
    backCamera(`${key}\0iPhone 12 back dual wide camera 4.2mm f/1.6`),
    "iPhone 12 back dual wide camera 4.2mm f/1.6",
  );
  assert.equal(backCamera(`${key}\0iPhone 13 front camera 2.71mm f/2.2`), null);
  assert.equal(backCamera("I came back with a camera"), null);
  const long = new Blob([new Uint8Array(10 << 20), "iPhone 14 back camera 5.7mm"]);
  assert.deepEqual(await mirrorOf(long), { mirrored: false, lens: "iPhone 14 back camera 5.7mm" });
  assert.equal(await mirrorOf(new Blob([new Uint8Array(1000)])), null);
});
