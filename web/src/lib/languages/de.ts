// All words of the pages in this language, in one file that is fetched where it is spoken.
type Texts = Record<string, string | Record<string, string>>;
export default import.meta.glob<Texts>("../../../../words/de/{pages-*,language}.json", {
  eager: true,
  import: "default",
});
