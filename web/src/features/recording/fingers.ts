// Two fingers zoom and pan, one finger pans sideways; up and down the page
// scrolls as ever. A finger that hardly moves is a tap and none of this.

export interface Move {
  factor: number; // above 1: less of the film over more of the screen
  at: number; // px, what stays under the fingers
  shift: number; // px that it went to the right
}

const slack = 8; // px

export class Fingers {
  #down = new Map<number, { x: number; y: number }>();
  #start: { x: number; y: number } | null = null;
  #panning = false;

  get count() {
    return this.#down.size;
  }

  down(id: number, x: number, y: number) {
    this.#down.set(id, { x, y });
    if (this.#down.size === 1) [this.#start, this.#panning] = [{ x, y }, false];
    else this.#panning = true;
  }

  up(id: number) {
    this.#down.delete(id);
  }

  /** What a finger's way to a place does; null: nothing. */
  move(id: number, x: number, y: number): Move | null {
    const was = this.#down.get(id);
    if (!was) return null;
    const others = [...this.#down].filter(([k]) => k !== id).map(([, p]) => p);
    const other = others[0];
    if (!other && !this.#panning) {
      const [dx, dy] = [x - (this.#start?.x ?? x), y - (this.#start?.y ?? y)];
      if (Math.abs(dx) < slack || Math.abs(dy) > Math.abs(dx)) return null;
      this.#panning = true;
    }
    this.#down.set(id, { x, y });
    if (!other) return { factor: 1, at: x, shift: x - was.x };
    // Sideways only: how far apart the fingers are along the film.
    const [before, now] = [Math.abs(was.x - other.x), Math.abs(x - other.x)];
    return { factor: before > 20 && now > 20 ? now / before : 1, at: (x + other.x) / 2, shift: (x - was.x) / 2 };
  }
}

/** Listens to fingers on an element; returns what ends it. */
export function fingers(node: HTMLElement, then: (move: Move) => void): () => void {
  const state = new Fingers();
  const place = (e: PointerEvent): [number, number, number] => {
    const box = node.getBoundingClientRect();
    return [e.pointerId, e.clientX - box.left, e.clientY - box.top];
  };
  const down = (e: PointerEvent) => e.pointerType === "touch" && state.down(...place(e));
  const move = (e: PointerEvent) => {
    if (e.pointerType !== "touch") return;
    const m = state.move(...place(e));
    if (m) then(m);
  };
  const up = (e: PointerEvent) => state.up(e.pointerId);
  node.addEventListener("pointerdown", down);
  node.addEventListener("pointermove", move);
  for (const end of ["pointerup", "pointercancel"] as const) node.addEventListener(end, up);
  return () => {
    node.removeEventListener("pointerdown", down);
    node.removeEventListener("pointermove", move);
    for (const end of ["pointerup", "pointercancel"] as const) node.removeEventListener(end, up);
  };
}
