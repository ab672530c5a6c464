// The spoken prompts and the beeps. Muted, nothing is heard; the words are on
// the screen all the same.
import { locale } from "../../i18n";

export class Voice {
  muted = false;
  #audio: AudioContext | null = null;

  // wake has to be called from a click: browsers play nothing before one.
  wake(): void {
    try {
      this.#audio ??= new AudioContext();
      void this.#audio.resume();
    } catch {
      this.#audio = null; // no sound here: the screen has to do
    }
  }

  say(text: string): void {
    if (this.muted || !("speechSynthesis" in window)) return;
    speechSynthesis.cancel();
    const words = new SpeechSynthesisUtterance(text);
    words.lang = locale;
    words.rate = 0.95;
    speechSynthesis.speak(words);
  }

  beep(high = true): void {
    const audio = this.#audio;
    if (this.muted || !audio || audio.state !== "running") return;
    const tone = audio.createOscillator();
    const level = audio.createGain();
    const t = audio.currentTime;
    tone.frequency.value = high ? 880 : 587;
    level.gain.setValueAtTime(0, t);
    level.gain.linearRampToValueAtTime(0.25, t + 0.01);
    level.gain.exponentialRampToValueAtTime(0.001, t + 0.18);
    tone.connect(level).connect(audio.destination);
    tone.start(t);
    tone.stop(t + 0.2);
  }

  hush(): void {
    if ("speechSynthesis" in window) speechSynthesis.cancel();
  }

  close(): void {
    this.hush();
    void this.#audio?.close();
    this.#audio = null;
  }
}
