import assert from "node:assert/strict";
import { test } from "node:test";
import { match } from "./router";
import { routes, tabs } from "./routes";

test("an address finds its page and what varies in it", () => {
  const place = match(routes, "/people/01AB%20c/compare?a=1&b=2");
  assert.equal(place?.route.page, "Compare");
  assert.equal(place?.params.person, "01AB c");
  assert.equal(place?.query.get("b"), "2");
  assert.equal(match(routes, "/")?.route.page, "People");
  assert.equal(match(routes, "/settings/")?.route.page, "Settings");
});

test("what is no address of the app has no page", () => {
  for (const url of ["/nowhere", "/people", "/people/1/2/3", "/people/%E0%A4%A"])
    assert.equal(match(routes, url), null, url);
});

test("every tab leads somewhere", () => {
  for (const tab of tabs) assert.equal(match(routes, `/people/x${tab.path}`)?.route.tab, tab.tab);
});
