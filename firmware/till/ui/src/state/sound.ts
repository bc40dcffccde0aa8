// A high tone for a code that was taken, two low ones for one that was not.
import { signal } from "@preact/signals";

const kept = "counterfoil-sound";

export const isLoud = signal(localStorage.getItem(kept) !== "off");

export function setLoud(loud: boolean) {
  isLoud.value = loud;
  localStorage.setItem(kept, loud ? "on" : "off");
}

let speaker: AudioContext | undefined;

function tone(hertz: number, fromS: number, lengthS: number) {
  if (!speaker) return;
  const source = speaker.createOscillator();
  const volume = speaker.createGain();
  const begin = speaker.currentTime + fromS;
  source.frequency.value = hertz;
  volume.gain.setValueAtTime(0.18, begin);
  volume.gain.exponentialRampToValueAtTime(0.001, begin + lengthS);
  source.connect(volume).connect(speaker.destination);
  source.start(begin);
  source.stop(begin + lengthS);
}

export function beep(good: boolean) {
  if (!isLoud.value || !("AudioContext" in globalThis)) return;
  speaker ??= new AudioContext();
  if (good) return tone(1320, 0, 0.12);
  tone(220, 0, 0.18);
  tone(180, 0.22, 0.24);
}
