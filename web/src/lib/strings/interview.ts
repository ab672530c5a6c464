import { pick } from "../../i18n";
import * as en from "./en/interview";

export const interview = pick({ en: en.interview });
