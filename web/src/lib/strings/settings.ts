import { pick } from "../../i18n";
import * as en from "./en/settings";

export const settings = pick({ en: en.settings });
