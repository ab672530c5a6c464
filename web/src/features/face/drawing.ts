// The drawn face: the same lines as in the report. One half is given, that of
// the person's right at the viewer's left; the other is its mirror image.

export interface Patch {
  place: string; // a key of anatomy's places
  path: string;
  x: number; // where a number stands
  y: number;
}

export const patches: Patch[] = [
  {
    place: "forehead",
    x: -66,
    y: -104,
    path: "M-16 -92C-30 -128 -80 -136 -112 -104C-116 -92 -112 -84 -104 -82C-78 -98 -44 -96 -20 -82Z",
  },
  {
    place: "eyelid",
    x: -98,
    y: -44,
    path: "M-14 -46C-20 -76 -54 -84 -80 -78C-108 -72 -118 -50 -110 -34C-100 -12 -66 -8 -44 -14C-24 -18 -14 -30 -14 -46Z",
  },
  {
    place: "cheek",
    x: -84,
    y: 42,
    path: "M-36 8C-60 0 -104 -4 -122 14C-128 46 -108 82 -76 92C-62 94 -54 86 -52 72C-50 48 -30 30 -36 8Z",
  },
  {
    place: "mouth_corner",
    x: -66,
    y: 106,
    path: "M-50 88C-66 86 -80 94 -82 106C-82 118 -70 126 -56 122C-46 116 -44 98 -50 88Z",
  },
  {
    place: "upper_lip",
    x: -22,
    y: 84,
    path: "M0 72C-16 70 -34 76 -46 88C-44 94 -44 98 -46 104C-30 106 -14 104 0 106Z",
  },
  {
    place: "lower_lip",
    x: -30,
    y: 134,
    path: "M0 120C-16 120 -36 116 -48 110C-54 118 -58 124 -56 132C-40 150 -18 152 0 150Z",
  },
  { place: "chin", x: -18, y: 181, path: "M0 156C-22 158 -36 166 -40 176C-32 192 -16 200 0 200Z" },
  {
    place: "neck",
    x: -46,
    y: 246,
    path: "M-14 214C-34 212 -54 200 -66 186C-64 216 -66 246 -82 270C-56 280 -32 282 -14 280Z",
  },
];

export const lines = [
  "M-104 -80C-80 -96 -46 -94 -22 -82", // brow
  "M-96 -44C-82 -62 -48 -64 -32 -42C-48 -30 -80 -28 -96 -44Z", // eye
  "M-12 -50C-14 -20 -14 6 -24 34C-28 46 -16 52 0 50", // nose
  "M0 92C-8 88 -16 88 -22 92C-32 96 -42 100 -52 105C-38 116 -18 120 0 120M-52 105C-36 106 -16 104 0 106", // lips
  "M-146 -50C-164 -66 -172 -26 -160 4C-156 18 -146 22 -142 16", // ear
  "M-64 184C-62 216 -64 246 -84 270C-110 286 -150 292 -178 312", // neck and shoulder
];

export const hair =
  "M0 -232C128 -236 172 -150 156 -40C150 -56 146 -70 144 -84C134 -120 118 -142 104 -158C60 -140 -40 -140 -100 -166C-118 -144 -136 -116 -144 -84C-146 -70 -150 -56 -156 -40C-172 -150 -128 -236 0 -232Z";
export const outline =
  "M0 -214C104 -214 148 -138 147 -50C146 60 84 204 0 206C-84 204 -146 60 -147 -50C-148 -138 -104 -214 0 -214Z";
