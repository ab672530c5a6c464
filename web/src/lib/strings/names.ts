import { pick } from "../../i18n";
import * as en from "./en/names";

export const named = pick({ en: en.named });
