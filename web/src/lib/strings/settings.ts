import en from "../../../../words/en/pages-settings.json";
import { area, speaker } from "../../i18n";

const { say, count } = speaker({ en });
const texts = area({ en }, "pages.settings");

export const settings = {
  ...texts,
  signedIn: (name: string, role: string) => say("pages.settings.signedIn", { Name: name, Role: role }),
  roles: texts.roles as Record<string, string>,
  lostText: (folder: string) => say("pages.settings.lostText", { Folder: folder }),
  lostSince: (at: string) => say("pages.settings.lostSince", { At: at }),
  lostCount: (n: number) => count("pages.settings.lostCount", n),
  lostKinds: texts.lostKinds as Record<string, string>,
  deletedWhen: (at: string, gone: string) => say("pages.settings.deletedWhen", { At: at, Gone: gone }),
  deleteNowTitle: (name: string) => say("pages.settings.deleteNowTitle", { Name: name }),
  version: (v: string) => say("pages.settings.version", { Version: v }),
  deleteAccount: (n: string) => say("pages.settings.deleteAccount", { Name: n }),
  type: (n: string) => say("pages.settings.type", { Name: n }),
  since: (at: string) => say("pages.settings.since", { At: at }),
  passkeyCount: (n: number) => count("pages.settings.passkeyCount", n),
  passkeyNumber: (n: number) => say("pages.settings.passkeyNumber", { Number: n }),
  added: (at: string) => say("pages.settings.added", { At: at }),
  used: (at: string) => say("pages.settings.used", { At: at }),
  why: texts.why as Record<string, string>,
  factors: texts.factors as Record<string, string>,
  seen: (at: string, address: string, factor: string) =>
    say("pages.settings.seen", { At: at, Address: address, Factor: factor }),
  phoneSeen: (seen: string, paired: string) => say("pages.settings.phoneSeen", { Seen: seen, Paired: paired }),
  inviteTitle: (name: string) => say("pages.settings.inviteTitle", { Name: name }),
  inviteUntil: (at: string) => say("pages.settings.inviteUntil", { At: at }),
  from: (address: string) => say("pages.settings.from", { Address: address }),
  onlyOf: (name: string) => say("pages.settings.onlyOf", { Name: name }),
  actions: texts.actions as Record<string, string>,
  objects: { ...texts.objects, session: "" } as Record<string, string>,
  details: { ...texts.details, admin: "" } as Record<string, string>,
};
