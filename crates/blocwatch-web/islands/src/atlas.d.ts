/** The atlas as build.mjs puts it together: shapes at small scale, and points for the states that are too small for it. */
declare module "atlas" {
  import type { GeometryCollection, Topology } from "topojson-specification";
  const atlas: {
    topology: Topology<{ countries: GeometryCollection<{ name: string }> }>;
    points: { key: string; name: string; at: [number, number] }[];
  };
  export default atlas;
}
