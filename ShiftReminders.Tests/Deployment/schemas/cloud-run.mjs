// Writes a service as a TypeScript value of the type that Google publishes for it, so that the compiler can judge it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const service = createRequire(import.meta.url)("js-yaml").load(readFileSync(process.argv[2], "utf8"));
console.log('import type { run_v1 } from "@googleapis/run";');
console.log(`export const service: run_v1.Schema$Service = ${JSON.stringify(service, null, 2)};`);
