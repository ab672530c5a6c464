import { pick } from "../../i18n";
import * as en from "./en/record";

export const record = pick({ en: en.record });
export const upload = pick({ en: en.upload });
export const camera = pick({ en: en.camera });
export const framing = pick({ en: en.framing });
