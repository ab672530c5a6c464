// Accounts in a real browser: the first administrator, a clinician, a patient who
// sees only themselves, passkeys, and what the log says of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { heading, launch, open, serve, shots, violations, type Server } from "./harness";

let server: Server;
let browser: Browser;
let root: Page;
let doc: Page;
let ann: Page;
let annsPage = "";
let bertsPage = "";
const errors: string[][] = [];
const password = "a long enough sentence";
const given = "four words of an administrator"; // changed at the first sign-in
const fresh = new Set<string>();

before(async () => {
  server = await serve("--accounts", "--no-second-factor"); // known first, so that it ends whatever the browser does
  browser = await launch();
  root = await somebody();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** A browser of somebody's own. */
async function somebody(): Promise<Page> {
  const one = await open(browser, server.url);
  errors.push(one.errors);
  return one.page;
}

async function signIn(page: Page, name: string, word = password) {
  await page.goto("/");
  await heading(page, "Sign in");
  await page.getByLabel("Name").fill(name);
  const first = word === password && fresh.delete(name);
  await page.getByLabel("Password").fill(first ? given : word);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  if (!first) return;
  await heading(page, "Choose a password of your own");
  await page.getByLabel("Your current password").fill(given);
  await page.getByLabel("New password").fill(password);
  await page.getByLabel("Repeat the password").fill(password);
  await page.getByRole("button", { name: "Change your password" }).click();
}

async function signOut(page: Page) {
  await page.getByRole("button", { name: /^Sign out/ }).click();
  await heading(page, "Sign in");
}

/** Adds a person and gives the address of their page. */
async function person(page: Page, name: string): Promise<string> {
  await page.goto("/");
  await page.getByRole("button", { name: /^(For somebody else|Add a person)$/ }).click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await heading(page, name);
  return new URL(page.url()).pathname;
}

async function account(page: Page, name: string, role: string, whose = "") {
  await page.getByRole("button", { name: "Add an account" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Name").fill(name);
  await form.getByLabel("Role").selectOption(role);
  if (whose) {
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByText("Choose the person this patient’s account belongs to").waitFor();
    await form.getByLabel("Search for a person").fill(whose.slice(0, 4));
    await form.getByLabel("Their person").selectOption({ label: whose });
  }
  await form.getByLabel("Password").fill(given);
  fresh.add(name);
  await form.getByRole("button", { name: "Save" }).click();
  await form.waitFor({ state: "hidden" });
  await page.getByText(name, { exact: true }).first().waitFor();
}

/** The same request that the pages make, with the session of the page. */
const asked = (page: Page, path: string) => page.evaluate(async (p) => (await fetch(`/api/v1${p}`)).status, path);

test("the first administrator is made in the browser", async () => {
  await root.goto("/people/01J00000000000000000000000");
  await heading(root, "Set up the first account");
  await root.getByLabel("Name").fill("root");
  await root.getByLabel("Password", { exact: true }).fill("too short");
  await root.getByLabel("Repeat the password").fill("too short");
  await root.getByRole("button", { name: "Create the account" }).click();
  await root.getByText("At least 12 characters.").nth(1).waitFor();
  await root.getByLabel("Password", { exact: true }).fill(password);
  await root.getByRole("button", { name: "Create the account" }).click();
  await root.getByText("The two passwords are not the same.").waitFor();
  await root.getByLabel("Repeat the password").fill(password);
  await root.getByRole("button", { name: "Create the account" }).click();
  await heading(root, "Facialis measures twitches and spasms of the face in a video");
});

test("accounts for a clinician and a patient", async () => {
  annsPage = await person(root, "Ann Example");
  bertsPage = await person(root, "Bert Other");
  await root.goto("/settings");
  await root.getByText("Signed in as root, administrator.").waitFor();
  await root.getByRole("link", { name: "Accounts" }).click();
  await heading(root, "Accounts");
  await account(root, "doc", "clinician");
  await account(root, "ann", "patient", "Ann Example");
  await root.getByText(/patient · Ann Example/).waitFor();
  // A name that is taken is said in the form.
  await root.getByRole("button", { name: "Add an account" }).click();
  const form = root.getByRole("dialog");
  await form.getByLabel("Name").fill("DOC");
  await form.getByLabel("Password").fill(password);
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByText("of that name exists").waitFor();
  await form.getByRole("button", { name: "Cancel" }).click();
});

test("a wrong password does not say what is wrong; a patient sees their own and nothing else", async () => {
  ann = await somebody();
  await ann.goto("/");
  await heading(ann, "Sign in");
  for (const name of ["ann", "nobody"]) {
    await ann.getByLabel("Name").fill(name);
    await ann.getByLabel("Password").fill("not the sentence");
    await ann.getByRole("button", { name: "Sign in", exact: true }).click();
    await ann.getByText("The name or the password is wrong.").waitFor();
  }
  await signIn(ann, "ann");
  await heading(ann, "Ann Example");
  assert.equal(new URL(ann.url()).pathname, annsPage);
  assert.equal(await ann.getByRole("link", { name: "People" }).count(), 0);
  assert.equal(await ann.getByRole("button", { name: "Delete this person" }).count(), 0);
  await ann.goto("/");
  await heading(ann, "Ann Example"); // there is no list for them
  await ann.goto(bertsPage);
  await ann.getByText("there is no such person").waitFor();
  assert.equal(await ann.getByText("Bert Other").count(), 0);
  for (const path of ["/settings/accounts", "/settings/audit"]) {
    await ann.goto(path);
    await ann.getByText("not found").waitFor();
  }
  await ann.goto("/settings");
  await ann.getByText("Signed in as ann, patient.").waitFor();
  assert.equal(await ann.getByRole("link", { name: "Accounts" }).count(), 0);
  assert.deepEqual(await Promise.all([bertsPage, annsPage].map((p) => asked(ann, p))), [404, 200]);
  // The diary works for them.
  await ann.goto(`${annsPage}/diary`);
  await ann
    .getByRole("button", { name: /attack/i })
    .first()
    .click();
  await ann.getByText("Saved on the server").waitFor();
});

test("a clinician sees everybody and no accounts", async () => {
  doc = await somebody();
  await signIn(doc, "doc");
  await heading(doc, "People");
  await doc.getByRole("link", { name: /Ann Example/ }).waitFor();
  await doc.getByRole("link", { name: /Bert Other/ }).click();
  await heading(doc, "Bert Other");
  await doc.getByRole("button", { name: "Delete this person" }).waitFor();
  assert.deepEqual(await Promise.all(["/accounts", "/audit", "/people"].map((p) => asked(doc, p))), [404, 404, 200]);
});

test("a passkey is added, signs in, and is deleted", async () => {
  const session = await doc.context().newCDPSession(doc);
  await session.send("WebAuthn.enable");
  await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await doc.goto("/settings");
  await doc.getByRole("link", { name: "Ways to sign in, and devices" }).click();
  await doc.getByText("No passkeys yet.").waitFor();
  await doc.getByLabel("Name of the passkey").fill("My telephone");
  await doc.getByRole("button", { name: "Add a passkey" }).click();
  await doc.getByText("My telephone", { exact: true }).waitFor();
  await signOut(doc);
  await doc.getByRole("button", { name: "Sign in with a passkey" }).waitFor(); // signing out loads the page again
  assert.equal(await asked(doc, "/people"), 401);
  await doc.getByRole("button", { name: "Sign in with a passkey" }).click();
  await heading(doc, "People");
  await doc.goto("/settings/passkeys");
  await doc.getByText(/last used/).waitFor();
  await doc.getByRole("button", { name: "Delete: My telephone" }).click();
  await doc.getByText("No passkeys yet.").waitFor();
  await signOut(doc);
  await doc.getByRole("button", { name: "Sign in with a passkey" }).click();
  await doc.getByText("The passkey was not used.").or(doc.getByText("The name or the password is wrong.")).waitFor();
  await signIn(doc, "doc");
  await heading(doc, "People");
});

test("one's own password is changed, and the other browsers are signed out", async () => {
  const other = await somebody();
  await signIn(other, "doc");
  await heading(other, "People");
  await doc.goto("/settings");
  await doc.getByLabel("Your current password").fill("not the sentence");
  await doc.getByLabel("New password").fill(`${password}!`);
  await doc.getByLabel("Repeat the password").fill(`${password}!`);
  await doc.getByRole("button", { name: "Change your password" }).click();
  await doc.getByText("the current password is wrong").waitFor();
  await doc.getByLabel("Your current password").fill(password);
  await doc.getByRole("button", { name: "Change your password" }).click();
  await doc.getByRole("main").getByText("Your password is changed.").waitFor();
  await doc.goto("/");
  await heading(doc, "People");
  await other.getByRole("link", { name: /Ann Example/ }).click(); // the page it was on asks, and is sent to sign in
  await heading(other, "Sign in");
  await other.getByLabel("Name").fill("doc");
  await other.getByLabel("Password").fill(`${password}!`);
  await other.getByRole("button", { name: "Sign in", exact: true }).click();
  await heading(other, "Ann Example"); // and comes back to where it wanted to go
  await other.context().close();
});

test("the log tells who did what, and an account that is removed is signed out", async () => {
  await root.goto("/settings/audit");
  await heading(root, "Activity log");
  for (const line of [
    /doc signed in by passkey/,
    /ann wrote in the diary/,
    /doc was refused access by password/,
    /root added the account ann/,
    /doc viewed the person/,
  ])
    await root.getByRole("row", { name: line }).first().waitFor();
  await root.getByRole("link", { name: "Bert Other" }).first().click();
  await root.getByText("Only entries about Bert Other.").waitFor();
  assert.equal(await root.getByRole("link", { name: "Ann Example" }).count(), 0);

  await root.goto("/settings/accounts");
  await root.getByRole("button", { name: "Delete: doc" }).click();
  await root
    .getByRole("dialog")
    .getByLabel(/Type doc/)
    .fill("doc");
  await root.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await root.getByText("doc", { exact: true }).waitFor({ state: "detached" });
  await root.goto("/settings/audit");
  await root.getByRole("row", { name: "root removed the account doc" }).waitFor();
  await doc.goto("/");
  await heading(doc, "Sign in");
});

test("nothing that axe finds against WCAG 2.2 AA, and nothing too wide", async () => {
  const wrong: string[] = [];
  const look = async (page: Page, path: string, name: string, ready: () => Promise<unknown>) => {
    for (const [width, height] of [
      [390, 844],
      [1280, 900],
    ] as const)
      for (const colorScheme of ["light", "dark"] as const) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.goto(path);
        await ready();
        wrong.push(...(await violations(page)).map((v) => `${name} ${width} ${colorScheme}: ${v}`));
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (over > 0) wrong.push(`${name} ${width}: ${over} px too wide`);
        if (shots)
          await page.screenshot({ path: `${shots}/accounts-${name}-${width}-${colorScheme}.png`, fullPage: true });
      }
  };
  const h1 = (page: Page, name: string) => () => heading(page, name);
  await look(doc, "/login", "login", h1(doc, "Sign in"));
  await look(root, "/settings", "settings", () => root.getByText("Signed in as root").waitFor());
  await look(root, "/settings/accounts", "accounts", () => root.getByText("ann", { exact: true }).waitFor());
  await look(root, "/settings/accounts", "account-form", async () => {
    await root.getByRole("button", { name: "Edit: ann" }).click();
    await root.getByRole("dialog").getByLabel("Their person").waitFor();
  });
  await look(root, "/settings/passkeys", "passkeys", () => root.getByText("No passkeys yet.").waitFor());
  await look(root, "/settings/audit", "audit", () => root.getByRole("row").nth(3).waitFor());
  await look(ann, annsPage, "own", h1(ann, "Ann Example"));
  const another = await serve("--accounts", "--no-second-factor");
  try {
    const one = await open(browser, another.url);
    await look(one.page, "/setup", "setup", h1(one.page, "Set up the first account"));
    errors.push(one.errors);
  } finally {
    await another.stop();
  }
  assert.deepEqual(wrong, []);
  assert.deepEqual(errors.flat(), []);
});
