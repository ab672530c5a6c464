import "./styles/tokens.css";
import "./styles/base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { applyTheme } from "./lib/theme";

applyTheme();

const target = document.getElementById("app");
if (target) mount(App, { target });

// Where it can, the app keeps its own files: the diary opens without a network.
if (import.meta.env.PROD && "serviceWorker" in navigator) void navigator.serviceWorker.register("/sw.js").catch(() => undefined);
