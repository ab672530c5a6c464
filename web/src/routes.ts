import type { Route } from "./router";

/** Every page of the app. Pages that are not in a build are not linked to. */
export const routes: readonly Route[] = [
  { path: "/", page: "People" },
  { path: "/people/:person", page: "Overview", tab: "overview" },
  { path: "/people/:person/recordings", page: "Recordings", tab: "recordings" },
  { path: "/people/:person/record", page: "Record", tab: "record" },
  { path: "/people/:person/upload", page: "Upload", tab: "record" },
  { path: "/people/:person/night", page: "Night", tab: "record" },
  { path: "/people/:person/questions", page: "Interview", tab: "questions" },
  { path: "/people/:person/result", page: "Result", tab: "overview" },
  { path: "/people/:person/diary", page: "Diary", tab: "diary" },
  { path: "/people/:person/diary/sheet", page: "DiarySheet", tab: "diary" },
  { path: "/people/:person/course", page: "Course", tab: "course" },
  { path: "/people/:person/compare", page: "Compare", tab: "recordings" },
  { path: "/recordings/:rec", page: "Recording" },
  { path: "/live", page: "Live" },
  { path: "/cohort", page: "Cohort" },
  { path: "/studies", page: "Studies" },
  { path: "/studies/:study", page: "Study" },
  { path: "/studies/:study/rate", page: "Rate" },
  { path: "/settings", page: "Settings" },
  { path: "/settings/accounts", page: "Accounts" },
  { path: "/settings/passkeys", page: "Passkeys" },
  { path: "/settings/audit", page: "Audit" },
  { path: "/settings/deleted", page: "Deleted" },
  { path: "/login", page: "Login" },
  { path: "/invitation", page: "Invitation" },
  { path: "/needed", page: "Needed" },
  { path: "/setup", page: "Setup" },
];

/** The tabs of a person, in order. */
export const tabs = [
  { tab: "overview", page: "Overview", path: "" },
  { tab: "recordings", page: "Recordings", path: "/recordings" },
  { tab: "record", page: "Record", path: "/record" },
  { tab: "questions", page: "Interview", path: "/questions" },
  { tab: "diary", page: "Diary", path: "/diary" },
  { tab: "course", page: "Course", path: "/course" },
] as const;

export type Tab = (typeof tabs)[number]["tab"];
