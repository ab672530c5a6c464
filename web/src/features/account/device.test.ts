import assert from "node:assert/strict";
import { test } from "node:test";
import { device } from "./device";

test("a browser is named as people name it", () => {
  const of = (rest: string) => device(`Mozilla/5.0 ${rest}`);
  assert.equal(
    of("(X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140 Safari/537.36"),
    "Chrome, Linux",
  );
  assert.equal(of("(Windows NT 10.0; Win64) Chrome/140 Safari/537.36 Edg/140"), "Edge, Windows");
  assert.equal(
    of("(iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"),
    "Safari, iPhone",
  );
  assert.equal(of("(Linux; Android 15; SM-S921B) Chrome/140 Mobile Safari/537.36"), "Chrome, Android");
  assert.equal(device("curl/8.5"), "curl/8.5");
  assert.equal(device(""), "");
});
