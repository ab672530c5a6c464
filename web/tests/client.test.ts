// The API as somebody else's program uses it: a client typed by openapi.json alone
// against the real program, and the description under redocly's eyes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { readFileSync } from "node:fs";
import createClient from "openapi-fetch";
import type { paths } from "../src/schema";
import { bearer, film, serve, until, type Server } from "./harness";

let server: Server;

before(async () => {
  server = await serve();
});
after(async () => {
  await server?.close();
});

test("the description is clean", async () => {
  const config = await createConfig({
    extends: ["recommended"],
    rules: {
      "operation-4xx-response": "off", // every operation has "default"
      "no-unused-components": "off", // the data of a diary entry, which is one of five by its kind, and a problem with an offset
    },
  });
  const problems = await lintFromString({
    source: readFileSync("../internal/service/server/openapi.json", "utf8"),
    absoluteRef: "openapi.json",
    config,
  });
  assert.deepEqual(
    problems.map((p) => `${p.ruleId}: ${p.message} ${p.location[0]?.pointer ?? ""}`),
    [],
  );
});

test("a generated client: a person, a video, its analysis, the diary", async () => {
  const client = createClient<paths>({ baseUrl: server.url, headers: bearer(server.url) });
  const stranger = createClient<paths>({ baseUrl: server.url });
  assert.equal((await stranger.GET("/api/v1/people")).response.status, 401);
  assert.equal((await stranger.GET("/readyz")).data?.database, true);

  const made = await client.POST("/api/v1/people", { body: { name: "By a client" } });
  assert.ok(made.data, JSON.stringify(made.error));
  const person = made.data;
  assert.equal(person.sex, null);
  const edited = await client.PATCH("/api/v1/people/{person}", {
    params: { path: { person: person.id } },
    body: { affected_side: "left", sex: "f" },
  });
  assert.equal(edited.data?.affected_side, "left");
  const again = await client.PATCH("/api/v1/people/{person}", {
    params: { path: { person: person.id } },
    body: { sex: null },
  });
  assert.equal(again.data?.sex, null);

  const bytes = film();
  const upload = await client.POST("/api/v1/uploads", {
    body: { person_id: person.id, size: bytes.length, client_id: "one" },
  });
  assert.ok(upload.data, JSON.stringify(upload.error));
  for (let at = 0; at < bytes.length; at += 1 << 20) {
    const sent = await client.PUT("/api/v1/uploads/{id}", {
      params: { path: { id: upload.data.id }, query: { offset: at } },
      body: bytes.subarray(at, at + (1 << 20)) as unknown as string,
      bodySerializer: (b) => new Blob([b as unknown as Uint8Array<ArrayBuffer>]),
      headers: { "Content-Type": "application/octet-stream" },
    });
    assert.ok(sent.data, JSON.stringify(sent.error));
  }
  const rec = await client.POST("/api/v1/uploads/{id}/finish", { params: { path: { id: upload.data.id } } });
  assert.ok(rec.data, JSON.stringify(rec.error));
  const id = rec.data.id;
  const done = await until(
    async () => {
      const now = await client.GET("/api/v1/recordings/{rec}", { params: { path: { rec: id } } });
      return now.data && ["done", "failed"].includes(now.data.state) ? now.data : null;
    },
    "the analysis is over",
    300,
  );
  assert.equal(done.state, "done", done.problem ?? "");

  const at = new Date().toISOString();
  const sync = await client.POST("/api/v1/people/{person}/sync", {
    params: { path: { person: person.id } },
    body: {
      entries: [
        {
          id: "01JAAAAAAAAAAAAAAAAAAAAAAA",
          kind: "visit",
          at,
          updated_at: at,
          tz_offset_min: 0,
          deleted: false,
          data: { with: null, note: "n", next: null },
        },
      ],
    } as never,
  });
  assert.equal(sync.data?.entries.length, 1, JSON.stringify(sync.error));
  const course = await client.GET("/api/v1/people/{person}/course", { params: { path: { person: person.id } } });
  assert.ok(course.data, JSON.stringify(course.error));
  const gone = await client.DELETE("/api/v1/people/{person}", { params: { path: { person: person.id } } });
  assert.equal(gone.response.status, 204);
});
