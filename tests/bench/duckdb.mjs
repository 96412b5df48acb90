// duckdb.mjs SQL: runs it on two threads in DuckDB's own Node package and prints {"wall":SECONDS,"cpu":SECONDS} of the
// query alone. Resolved from the folder it is copied to, where npm put the package.
import { DuckDBInstance } from '@duckdb/node-api';

const database = await DuckDBInstance.create(':memory:', { threads: '2' });
const connection = await database.connect();
const before = process.cpuUsage();
const start = process.hrtime.bigint();
await connection.run(process.argv[2]);
const used = process.cpuUsage(before);
const wall = Number(process.hrtime.bigint() - start) / 1e9;
console.log(JSON.stringify({ wall, cpu: (used.user + used.system) / 1e6 }));
