import "./styles/tokens.css";
import "./styles/base.css";
import { mount } from "svelte";
import { applyTheme } from "./features/settings/theme";
import { language, learn } from "./i18n";

applyTheme();
document.documentElement.lang = language;

// The texts come first: every page takes its words as it is loaded.
await learn().catch(() => undefined); // without a connection the pages speak English
const { default: App } = await import("./App.svelte");
const target = document.getElementById("app");
if (target) mount(App, { target });

// Where it can, the app keeps its own files: the diary opens without a network.
if (import.meta.env.PROD && "serviceWorker" in navigator)
  void navigator.serviceWorker.register("/sw.js").catch(() => undefined);
