import { pick } from "../../i18n";
import * as en from "./en/diary";

export const diary = pick({ en: en.diary });
