// Small drawings, in the colour of the text around them.
const drawings = {
  loud: "M4 9v6h4l5 4V5L8 9H4zm12 .2a4 4 0 0 1 0 5.600M18.500 6.500a8 8 0 0 1 0 11",
  mute: "M4 9v6h4l5 4V5L8 9H4zm12 .8 5 5m0-5-5 5",
  keyboard: "M3 6h18v12H3zM6.500 10h.01M10 10h.01M13.500 10h.01M17 10h.01M8 14h8",
  erase: "M9 5h12v14H9l-6-7zm3 4.500 5 5m0-5-5 5",
};

export function Icon({ name }: { name: keyof typeof drawings }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={drawings[name]} />
    </svg>
  );
}
