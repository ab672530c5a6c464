// Takes pictures of every page, for somebody to look at: tests/pictures.ts.
import { bundle } from "./bundle.mjs";

const [script] = await bundle("tests", ["tests/pictures.ts"]);
await import(script);
