// A phone in the local network: Chromium that trusts the certificate authority of
// the computer is paired by the code, films, and keeps the diary without a server.
import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { chromium, type BrowserContext } from "playwright-core";
import { api, chrome, flags, patience, Server } from "./harness";

const mine = Object.values(networkInterfaces())
  .flat()
  .filter((x) => x && !x.internal)
  .map((x) => x!.address);
const lan = mine.some((a) => /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|f[cd])/.test(a));
const server = new Server();
const profile = mkdtempSync(join(tmpdir(), "facialis-phone-"));
let phone: BrowserContext | undefined;
after(async () => {
  await phone?.close();
  await server.close();
  rmSync(profile, { recursive: true, force: true });
});

test("a phone is paired, films, and keeps the diary offline", { skip: !lan && "no local network" }, async () => {
  await server.start("--phone");
  const person = await server.person("By phone");
  const shown = await server.api<{ link: string; fingerprint: string }>("POST", "/pairing");
  const install = new URL(shown.link);

  // The certificate that the page gives is the one whose fingerprint is shown.
  const certificate = new X509Certificate(
    Buffer.from(await (await fetch(new URL("/facialis.crt", install))).arrayBuffer()),
  );
  assert.equal(certificate.fingerprint256, shown.fingerprint);
  assert.equal((await fetch(new URL("/api/v1/people", install))).status, 404);

  const trust = createHash("sha256")
    .update(certificate.publicKey.export({ type: "spki", format: "der" }))
    .digest("base64");
  phone = await chromium.launchPersistentContext(profile, {
    executablePath: chrome,
    viewport: { width: 390, height: 844 },
    permissions: ["camera"],
    args: [...flags, `--ignore-certificate-errors-spki-list=${trust}`],
  });
  const page = await phone.newPage();
  page.setDefaultTimeout(patience);
  await page.goto(shown.link);
  await page.getByText(shown.fingerprint).waitFor();
  await page.getByRole("link", { name: "Open Facialis" }).click();
  await page.getByText("By phone").first().waitFor();
  const origin = new URL(page.url()).origin;
  assert.ok(origin.startsWith("https://"), origin);
  assert.equal(new URL(page.url()).hash, "");
  assert.equal(await page.evaluate(() => isSecureContext), true);

  // The camera films, to be sent.
  const bytes = await page.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true });
    const recorder = new MediaRecorder(stream);
    const parts: Blob[] = [];
    // On a busy machine the first pictures take their time.
    const filmed = new Promise(
      (r) => (recorder.ondataavailable = (e) => (parts.push(e.data), new Blob(parts).size > 1000 && r(null))),
    );
    const stopped = new Promise((r) => (recorder.onstop = r));
    recorder.start(200);
    await Promise.race([filmed, new Promise((r) => setTimeout(r, 60_000))]);
    recorder.stop();
    await stopped;
    stream.getTracks().forEach((t) => t.stop());
    return new Blob(parts).size;
  });
  assert.ok(bytes > 1000, `${bytes} bytes`);

  // The diary opens without the server.
  await page.goto(`${origin}/people/${person}/diary`);
  await page.getByText("Saved on the server").waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  await page.getByText("Saved on the server").waitFor();
  await phone.setOffline(true);
  await page.reload();
  await page.getByRole("heading", { level: 1 }).waitFor();
  assert.ok(await page.getByText(/server/i).count());
  await phone.setOffline(false);

  // The phone is listed, and ended alone: it is asked to sign in, this computer is not.
  await page.goto(`${origin}/settings`);
  await page.getByText("Chrome, Linux").waitFor();
  await page.getByText("(this device)").waitFor();
  await page.getByRole("button", { name: "Unpair" }).click();
  await page.waitForURL((url) => url.pathname !== "/settings");
  assert.equal(await page.evaluate(() => fetch("/api/v1/people").then((r) => r.status)), 401);
  assert.deepEqual((await server.api<{ phones: unknown[] }>("GET", "/phones")).phones, []);
  assert.ok((await server.api<{ people: unknown[] }>("GET", "/people")).people.length);

  // The code is used up, and the name of another is refused with a page.
  await assert.rejects(
    api(server.url, "POST", "/session/pairing", { code: install.hash.slice("#pair=".length) }),
    /401/,
  );
});
