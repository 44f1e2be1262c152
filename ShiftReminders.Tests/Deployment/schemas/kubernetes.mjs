// Holds every object of the files named against the schema that Kubernetes publishes for its kind.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const yaml = require("js-yaml");

for (const file of process.argv.slice(2))
    for (const object of yaml.loadAll(readFileSync(file, "utf8"))) {
        const Kind = require(`kubernetes-models/${object.apiVersion}/${object.kind}`)[object.kind];
        try {
            new Kind(object).validate();
            console.log(`${object.kind} ${object.metadata.name}: valid`);
        } catch (error) {
            process.exitCode = 1;
            console.log(`${object.kind} ${object.metadata.name}: ${error.message}`);
        }
    }
