import { pick } from "../../i18n";
import * as en from "./en/recording";

export const recording = pick({ en: en.recording });
export const compare = pick({ en: en.compare });
