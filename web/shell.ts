// The part of the app that is kept on the device, so that the diary opens
// without a connection: the first page and the scripts and styles of all pages,
// but neither the face finder nor anything of the API. The worker's version is
// a checksum of that list, so that a new build brings a new worker.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const left = /\.(wasm|map|png)$|\/ort[.-]/;

export function shell(): Plugin {
  return {
    name: "shell",
    apply: "build",
    enforce: "post",
    // After the plugin that takes out scripts which held only a style.
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const files = Object.keys(bundle)
          .filter((f) => f.startsWith("assets/") && !left.test(f))
          .map((f) => `/${f}`)
          .sort();
        const list = ["/", "/app.webmanifest", "/icon.svg", ...files];
        const source = readFileSync(new URL("./sw.js", import.meta.url), "utf8");
        const version = createHash("sha256")
          .update(source)
          .update(list.join("\n"))
          .update(JSON.stringify(bundle["index.html"] ?? ""))
          .digest("hex")
          .slice(0, 16);
        this.emitFile({
          type: "asset",
          fileName: "sw.js",
          source: source.replace('"VERSION"', JSON.stringify(version)).replace('["SHELL"]', JSON.stringify(list)),
        });
      },
    },
  };
}
