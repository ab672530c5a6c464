import { pick } from "../../i18n";
import * as en from "./en/course";

export const course = pick({ en: en.course });
