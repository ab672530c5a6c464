import { pick } from "../../i18n";
import * as en from "./en/people";

export const people = pick({ en: en.people });
export const overview = pick({ en: en.overview });
export const recordings = pick({ en: en.recordings });
