// Regions and places of the face: the program's own table, which a Go test keeps
// in anatomy.json. A place is what a person points to; a region is what the
// program measures.

import table from "./anatomy.json";

export const places: readonly string[] = table.places.map((p) => p.place);

/** The English words by key, by which a region is known again as a place; people read lib/strings/names. */
export const regionWords: Record<string, string> = Object.fromEntries(table.regions.map((r) => [r.region, r.words]));
export const placeWords: Record<string, string> = Object.fromEntries(table.places.map((p) => [p.place, p.words]));

/** What the diary's buttons said when they stored a region for a place. An old entry is shown by these words. */
export const tappedWords: Record<string, string> = Object.fromEntries(table.regions.map((r) => [r.region, r.tapped]));

/** The choice under which a stored value is shown: an old entry's is that of the place with the same words. */
export function shownAs(stored: string): string {
  return places.find((p) => p === stored || placeWords[p] === tappedWords[stored]) ?? stored;
}
