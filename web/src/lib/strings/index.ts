import { pick } from "../../i18n";
import { app } from "./en/app";

/** The words of the frame. */
export const t = pick({ en: app });
