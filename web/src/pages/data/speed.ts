// How quickly a file goes. Pure.

export interface Sample {
  at: number; ///< ms
  bytes: number;
}

const span = 5000; // ms that it looks back

/// With a sample more, and without those that are too old to tell.
export function withSample(samples: Sample[], sample: Sample): Sample[] {
  const last = samples.at(-1);
  if (last && sample.bytes < last.bytes) return [sample]; // it was cut, and goes on from before
  return [...samples.filter((one) => one.at > sample.at - span), sample];
}

/// Bytes a second; null where too little has gone to tell.
export function speedOf(samples: Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < 200) return null;
  return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
}

/// Seconds for what is left.
export function secondsLeft(bytes: number, speed: number | null): number | null {
  return speed === null || speed <= 0 ? null : bytes / speed;
}
