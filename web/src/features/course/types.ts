// What GET /people/{person}/course gives, under the names that these pages use.
import type { components } from "../../schema";
import type { Sharp } from "../../lib/types";

type Sent = components["schemas"];
export type Estimate = Sharp<Sent["MeasureEstimate"]>;
export type DayPoint = Sent["CourseDayPoint"];
export type RecordingPoint = Sharp<Sent["CourseRecordingPoint"]>;
export type TreatmentMark = Sent["CourseTreatmentMark"];
/** The description leaves the place out, since Go takes it over from another type. */
export type SiteEffect = Sharp<Sent["CourseSiteEffect"]> & { region: string };
export type Cycle = Omit<Sharp<Sent["CourseCycle"]>, "sites"> & { sites: SiteEffect[] };
export type Measured = Sent["CourseMeasured"];
export type Nights = Sharp<Sent["CourseNights"]>;
export type Course = Omit<Sharp<Sent["Course"]>, "toxin"> & {
  toxin: Omit<Sharp<Sent["CourseToxin"]>, "cycles"> & { cycles: Cycle[] };
};
