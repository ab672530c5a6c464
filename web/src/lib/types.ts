// The shapes of the API under the names that the pages use. They come from the server's own
// description (schema.d.ts). By hand is only what the description cannot say: that a pair or a
// part may be null, and which names a movement's side, kind, form and places have.
import type { components } from "../schema";

type Sent = components["schemas"];

export type Side = NonNullable<Sent["Edit"]["side"]>;
export type Kind = NonNullable<Sent["Edit"]["kind"]>;
export type Form = NonNullable<Sent["Edit"]["form"]>;
export type Region = NonNullable<Sent["Edit"]["lead"]>;
export type Status = Sent["CorrectedEvent"]["status"];
export type State = Sent["Recording"]["state"];

// In the order in which they are offered; the description has no order.
export const kinds: readonly Kind[] = ["spasm", "synkinesis", "voluntary", "blink", "other"];
export const forms: readonly Form[] = ["twitch", "clonic", "tonic"];
export const regions: readonly Region[] = [
  "frontalis",
  "orbicularis_oculi",
  "malar",
  "zygomaticus",
  "orbicularis_oris",
  "depressor",
  "mentalis",
  "platysma",
];

/** Fields that the description tells as text or a list of it. */
interface Names {
  side: Side;
  kind: Kind;
  form: Form;
  lead: Region;
  lead_tied_with: Region;
  region: Region;
  regions: Region;
}
/** An interval or a range: two numbers, or null where there is none. The description says number[]. */
type Pair = [number, number] | null;
type PairKey = "ci95" | `${string}_ci95` | `${string}_between` | "range_days";
/** Parts that are null where there is none. The description tells them as always there. */
type NullKey = "consent" | "first" | "pooled" | "predicted_return";

/** A type of the description, with what the description cannot say. */
export type Sharp<T> = T extends (infer U)[] ? Sharp<U>[] : T extends object ? { [K in keyof T]: Field<K, T[K]> } : T;
type Field<K, V> = K extends PairKey
  ? Pair
  : K extends NullKey
    ? Sharp<V> | null
    : K extends keyof Names
      ? V extends string
        ? Names[K]
        : V extends string[]
          ? Names[K][]
          : Sharp<V>
      : Sharp<V>;

export type Person = Sent["Person"];
export type LostFiles = Sent["LostAnswer"];
export type LostFile = Sent["Lost"];
export type Deleted = Sent["Binned"];
export type Recording = Sharp<Sent["Recording"]>;
export type Task = Sent["Task"];
export type FirstLook = Sent["FirstLook"];
/** The first look comes with a long recording only. */
export type JobProgress = Omit<Sharp<Sent["Progress"]>, "first" | "frames" | "rate"> & { first?: FirstLook | null };

export type RegionMovement = Sharp<Sent["RegionMovement"]>;
export type Event = Sharp<Sent["Event"]>;
export type CorrectedEvent = Sharp<Sent["CorrectedEvent"]>;
export type Events = Sharp<Sent["EventsAnswer"]>;
export type Edit = Sharp<Sent["Edit"]>;
export type Correction = Sharp<Sent["Correction"]>;

export type Estimate = Sharp<Sent["MeasureEstimate"]>;
export type Quantiles = Sharp<Sent["MeasureQuantiles"]>;
export type RegionShare = Sharp<Sent["MeasureRegionShare"]>;
export type Lids = Sharp<Sent["MeasureLids"]>;
export type SideSummary = Sharp<Sent["MeasureSideSummary"]>;
export type Summary = Sharp<Sent["MeasureSummary"]>;
export type Measures = Sharp<Sent["MeasuresAnswer"]>;
export type Warning = Sent["ReportWarning"];
export type RegionSeen = Sent["MeasureRegionSeen"];
export type Analysis = Sharp<Sent["ReportAnalysis"]>;

/** What of a side was not seen has no count and no rate. */
export const sideUnseen = (s: Pick<SideSummary, "seen_s">): boolean => s.seen_s === 0;

/** Whether the person's own right and left can be told apart in a recording. */
export const sideKnown = (a: Analysis): boolean =>
  a.recording.mirrored !== null && !a.quality.warnings.some((w) => w.code === "side_unknown");

export type Series = Sent["Series"];
export type TracePart = Sent["TracePart"];
export type Mesh = Sent["Contours"];

export type Flag = Sent["AssessFlag"];
/** The recording that counts is null where there is none. */
export type Assessment = Omit<Sent["AssessView"], "recording"> & { recording: Sent["AssessFilm"] | null };

export type Account = Sent["AccountEntry"];
export type Passkey = Sent["AccountPasskey"];
export type AuditEntry = Sent["AccountLine"];
