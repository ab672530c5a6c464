// What GET /people/{person}/assessment gives, under the names that these pages use.
import type { components } from "../../schema";

type Sent = components["schemas"];
export type View = Sent["AssessView"];
export type Reason = Sent["AssessReason"];
