import { pick } from "../../i18n";
import * as en from "./en/result";

export const result = pick({ en: en.result });
