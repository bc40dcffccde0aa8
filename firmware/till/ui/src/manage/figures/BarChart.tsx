// Columns with their values above them. It is a picture only: who does not see it reads the table
// that stands beside it.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

export interface Bar {
  name: string;
  value: number;
}

interface Props {
  bars: Bar[];
  // How a value is written; above a column and along the axis.
  write: (value: number) => string;
  height: number;
}

const ink = "#14181f";
const grid = "#dfe3e8";
const fill = "#0b5d48";
const font = '14px "Atkinson Hyperlegible Next Variable", "DejaVu Sans", sans-serif';
// A column is at most this wide, and so is a value that is written above it.
const widestPx = 90;
const charPx = 8;

function writeValues(plot: uPlot, bars: Bar[], write: Props["write"]) {
  const context = plot.ctx;
  const ratio = devicePixelRatio || 1;
  const room = plot.bbox.width / ratio / bars.length;
  context.save();
  context.font = font.replace("14px", `${14 * ratio}px`);
  context.fillStyle = ink;
  context.textAlign = "center";
  bars.forEach((bar, at) => {
    const text = write(bar.value);
    if (bar.value === 0 || text.length * charPx > room) return;
    const left = plot.valToPos(at, "x", true);
    const top = plot.valToPos(Math.max(bar.value, 0), "y", true);
    context.fillText(text, left, top - 6 * ratio);
  });
  context.restore();
}

function optionsOf({ bars, write, height }: Props, width: number): uPlot.Options {
  const highest = Math.max(...bars.map((bar) => bar.value), 1);
  const lowest = Math.min(...bars.map((bar) => bar.value), 0);
  const widestLabel = Math.max(write(highest).length, write(lowest).length) * charPx + 16;
  return {
    width,
    height,
    padding: [4, 8, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    select: { show: false, left: 0, top: 0, width: 0, height: 0 },
    scales: {
      x: { time: false, range: [-0.6, bars.length - 0.4] },
      y: { range: [lowest * 1.15, highest * 1.15] },
    },
    series: [
      {},
      {
        fill,
        width: 0,
        points: { show: false },
        ...(uPlot.paths.bars && { paths: uPlot.paths.bars({ size: [0.7, widestPx] }) }),
      },
    ],
    axes: [
      {
        font,
        stroke: ink,
        size: 28,
        grid: { show: false },
        ticks: { show: false },
        splits: () => bars.map((_, at) => at),
        values: (_, splits) => splits.map((at) => bars[at]?.name ?? ""),
      },
      {
        font,
        stroke: ink,
        size: widestLabel,
        grid: { stroke: grid, width: 1 },
        ticks: { show: false },
        values: (_, splits) => splits.map(write),
      },
    ],
    hooks: { draw: [(plot) => writeValues(plot, bars, write)] },
  };
}

export function BarChart(props: Props) {
  const place = useRef<HTMLDivElement>(null);
  const told = JSON.stringify(props.bars) + props.write(1000);
  useEffect(() => {
    const holder = place.current;
    if (!holder) return;
    const values = props.bars.map((bar) => bar.value);
    const places = values.map((_, at) => at);
    const plot = new uPlot(optionsOf(props, holder.clientWidth), [places, values], holder);
    const watch = new ResizeObserver(() =>
      plot.setSize({ width: holder.clientWidth, height: props.height }),
    );
    watch.observe(holder);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [told, props.height]);
  return <div ref={place} class="chart" aria-hidden="true" />;
}
